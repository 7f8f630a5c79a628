namespace McpMesh.Sidecar.PubSub;

/// <summary>An entry of a bulk publish that was not accepted.</summary>
internal readonly record struct FailedEntry(string Id, string Error);
