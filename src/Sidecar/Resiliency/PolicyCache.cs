namespace McpMesh.Sidecar.Resiliency;

/// <summary>The pipelines in use, the longest unused one dropped when there are too many: the keys come from callers.</summary>
internal sealed class PolicyCache(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, PolicyPipeline Pipeline)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, PolicyPipeline Pipeline)> _byUse = new();

    public PolicyPipeline Get(string key, Func<string, PolicyPipeline> create)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return known.Value.Pipeline;
            }

            if (_byKey.Count >= capacity)
            {
                _byKey.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }

            var pipeline = create(key);
            _byKey[key] = _byUse.AddFirst((key, pipeline));
            return pipeline;
        }
    }
}
