namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>What a worker's answer names its work item by.</summary>
internal static class WorkItemKey
{
    /// <summary>A turn.</summary>
    public static string Of(string instanceId) => instanceId;

    /// <summary>An activity. The leading slash keeps it apart from turns, whose ids may hold anything.</summary>
    public static string Of(string instanceId, int taskId) => $"/{taskId}/{instanceId}";
}
