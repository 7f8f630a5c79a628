using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>
/// A worker names all patches that its code took in the whole replay. Those on record must be the first of them, in their order: other
/// code would otherwise go on with this history.
/// </summary>
internal static class PatchRules
{
    /// <summary>Null when they fit.</summary>
    public static string? MismatchOf(HistoryIndex past, WorkflowVersion? reported)
    {
        var recorded = past.Patches.ToList();
        if (recorded.Count == 0) return null;
        var current = reported?.Patches.ToList() ?? [];
        if (current.Count >= recorded.Count && recorded.SequenceEqual(current.Take(recorded.Count))) return null;
        return $"Patch mismatch. History patches: [{string.Join(", ", recorded)}], current patches: [{string.Join(", ", current)}]. ";
    }

    /// <summary>What of the report goes on record: the patches that are not there yet, and the name.</summary>
    public static WorkflowVersion? NewPart(HistoryIndex past, WorkflowVersion? reported)
    {
        if (reported is null) return null;
        var version = new WorkflowVersion();
        version.Patches.AddRange(reported.Patches.Skip(past.Patches.Count()));
        if (reported.HasName) version.Name = reported.Name;
        return version.Patches.Count > 0 || version.HasName ? version : null;
    }
}
