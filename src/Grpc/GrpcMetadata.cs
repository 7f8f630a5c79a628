using System.Buffers;
using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace McpMesh.Grpc;

/// <summary>
/// Custom metadata of a call (gRPC over HTTP/2, "Custom-Metadata"): names in lower case, ASCII values, and base64 for names that end in
/// <c>-bin</c>. What cannot be a header is refused here, so that nothing can smuggle one in.
/// </summary>
public sealed class GrpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly FrozenSet<string> NotOfTheApplication = FrozenSet.Create(
        StringComparer.Ordinal,
        "grpc-status", "grpc-message", "grpc-encoding", "grpc-accept-encoding", "content-type", "content-length", "date", "server", "trailer");

    private readonly List<KeyValuePair<string, string>> _entries = [];

    public int Count => _entries.Count;

    /// <summary>The first value of that name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _entries)
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
            return null;
        }
    }

    /// <exception cref="ArgumentException">The name has other characters than letters, digits, <c>_ - .</c>, or the value has other than
    /// printable ASCII.</exception>
    public void Add(string name, string value)
    {
        var lower = name.ToLowerInvariant();
        if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new ArgumentException($"metadata name '{name}': only letters, digits, '_', '-' and '.' are allowed", nameof(name));
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"metadata '{lower}': the value may hold printable ASCII only", nameof(value));
        _entries.Add(new(lower, value));
    }

    /// <exception cref="ArgumentException">The name does not end in <c>-bin</c>.</exception>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        if (!name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"metadata name '{name}': a binary value needs a name that ends in '-bin'", nameof(name));
        Add(name, Convert.ToBase64String(value).TrimEnd('='));
    }

    /// <summary>The bytes of the first <c>-bin</c> value of that name, with or without padding; false when there is none or it is no
    /// base64.</summary>
    public bool TryGetBytes(string name, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        if (this[name] is not { } joined) return false;
        // Values of one name may have been joined on their way.
        var text = joined.Split(',', 2)[0].Trim();
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, buffer, out var written)) return false;
        value = buffer[..written];
        return true;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes what the other side sent, without what belongs to HTTP or to the call itself, and without what could not be sent on:
    /// the specification lets a receiver drop invalid values.</summary>
    internal void AddReceived(string name, string value)
    {
        var lower = name.ToLowerInvariant();
        if (NotOfTheApplication.Contains(lower) || lower.AsSpan().ContainsAnyExcept(NameCharacters)
            || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return;
        }

        _entries.Add(new(lower, value));
    }
}
