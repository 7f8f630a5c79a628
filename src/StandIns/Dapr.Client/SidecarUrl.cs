using System.Text;

namespace Dapr.Client;

/// <summary>Path and query of one request to the sidecar. Every part from outside is percent-encoded, so that it stays one part.</summary>
internal sealed class SidecarUrl(string root)
{
    private readonly StringBuilder _text = new(root);
    private bool _hasQuery;

    internal SidecarUrl Segment(string segment)
    {
        _text.Append('/').Append(Uri.EscapeDataString(segment));
        return this;
    }

    /// <summary>Appends text that may already hold path separators and a query.</summary>
    internal SidecarUrl Raw(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        _hasQuery |= text.Contains('?');
        return this;
    }

    internal SidecarUrl Query(string name, string value)
    {
        _text.Append(_hasQuery ? '&' : '?').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        _hasQuery = true;
        return this;
    }

    internal SidecarUrl Options(ConsistencyMode? consistency, ConcurrencyMode? concurrency = null)
    {
        if (consistency is { } c) Query("consistency", StateWords.Of(c));
        if (concurrency is { } m) Query("concurrency", StateWords.Of(m));
        return this;
    }

    internal SidecarUrl Metadata(IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        if (metadata is null) return this;
        foreach (var (name, value) in metadata) Query("metadata." + name, value);
        return this;
    }

    public override string ToString() => _text.ToString();
}
