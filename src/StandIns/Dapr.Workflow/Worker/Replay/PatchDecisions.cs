using Dapr.DurableTask.Protobuf;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>
/// Which changes of the code this run takes. A change that an earlier turn took is taken again; one that a replayed part of the code meets
/// for the first time is not, since that part ran without it; one that is met first by new code is, and the sidecar records it.
/// </summary>
internal sealed class PatchDecisions
{
    private readonly Dictionary<string, bool> _decided = new(StringComparer.Ordinal);
    private readonly HashSet<string> _recorded = new(StringComparer.Ordinal);
    private readonly List<string> _inHistory = [];
    private readonly List<string> _taken = [];

    /// <summary>The start of a turn, with the changes that were new in it.</summary>
    public void Turn(WorkflowVersion? version)
    {
        if (version is null) return;
        _recorded.UnionWith(version.Patches);
        _inHistory.AddRange(version.Patches);
    }

    public bool IsPatched(string name, bool replaying)
    {
        if (!_decided.TryGetValue(name, out var patched)) _decided[name] = patched = _recorded.Contains(name) || !replaying;
        // Each time, since the sidecar compares the whole sequence with the one it has.
        if (patched) _taken.Add(name);
        return patched;
    }

    /// <summary>For the sidecar, which stalls the instance unless what it has is the beginning of this.</summary>
    /// <param name="complete">Whether the code ran as far as it goes; one that was stopped reports at least what is recorded.</param>
    public WorkflowVersion? Report(bool complete)
    {
        var patches = complete || _taken.Count >= _inHistory.Count ? _taken : _inHistory;
        return patches.Count == 0 ? null : new WorkflowVersion { Patches = { patches } };
    }
}
