using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace McpMesh.Adapters.Logs;

/// <summary>What to look for.</summary>
internal sealed record LogQuery
{
    /// <summary>Patterns relative to the roots; empty means all files.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Service, as the line or the file's folder names it.</summary>
    public string? Service { get; init; }

    /// <summary>Earliest time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Least severity.</summary>
    public Severity Least { get; init; }

    /// <summary>Literal text that the line contains.</summary>
    public string? Text { get; init; }

    /// <summary>Whether letters' case counts in <see cref="Text"/>.</summary>
    public bool MatchCase { get; init; }

    /// <summary>Most entries of a page.</summary>
    public required int Limit { get; init; }

    /// <summary>
    /// SHA-256 over all but <see cref="Limit"/>: a cursor serves the query that it came from, whatever the size of its pages.
    /// </summary>
    public byte[] Digest()
    {
        var parts = new[] { string.Join('\n', Files), Service, From?.UtcDateTime.ToString("O"), To?.UtcDateTime.ToString("O"),
            Least.ToString(), Text, MatchCase ? "1" : "0" };
        return SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts, LogsJson.Default.StringArray)));
    }
}
