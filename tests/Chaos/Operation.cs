using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace McpMesh.Chaos;

/// <summary>One thing that an agent wants done once, and all that happened on the way.</summary>
/// <param name="id">Stands in the arguments, so that no two operations are equal.</param>
/// <param name="tool">With its server's name.</param>
internal sealed class Operation(string id, string tool)
{
    private readonly ConcurrentQueue<string> _history = new();

    public string Id => id;

    public string Tool => tool;

    /// <summary>UTF-8 JSON of the arguments, as sent.</summary>
    public required byte[] Arguments { get; init; }

    /// <summary>Whether its requests name the call by an idempotency key.</summary>
    public bool HasKey { get; init; }

    public OperationEnd End { get; set; } = OperationEnd.Unanswered;

    /// <summary>Text of the result; null when there is none.</summary>
    public string? Result { get; set; }

    /// <summary>Requests sent.</summary>
    public int Attempts { get; set; }

    public IReadOnlyList<string> History => [.. _history];

    public void Note(string what) => _history.Enqueue(string.Create(
        CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(Began).TotalSeconds:000.000} {what}"));

    /// <summary>When the run began, for all histories.</summary>
    public required long Began { get; init; }
}
