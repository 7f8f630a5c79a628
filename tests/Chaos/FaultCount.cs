using System.Collections.Concurrent;

namespace McpMesh.Chaos;

/// <summary>Faults by kind.</summary>
internal sealed class FaultCount
{
    private readonly ConcurrentDictionary<string, int> _kinds = new();

    public IReadOnlyDictionary<string, int> Kinds => new SortedDictionary<string, int>(_kinds);

    public void Count(string kind) => _kinds.AddOrUpdate(kind, 1, (_, count) => count + 1);
}
