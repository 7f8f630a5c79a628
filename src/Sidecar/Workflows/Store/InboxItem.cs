namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>One row of an inbox; numbers grow in the order of arrival.</summary>
internal readonly record struct InboxItem(long Number, StoredEvent Event);
