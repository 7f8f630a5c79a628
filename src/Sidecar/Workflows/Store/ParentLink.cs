namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Which task of which generation of which instance waits for a child.</summary>
internal sealed record ParentLink(long Number, long Generation, int TaskId, string AppId, string Id);
