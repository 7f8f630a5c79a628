namespace McpMesh.Sidecar.PubSub;

/// <summary>Sends the events that match to a path of their own.</summary>
internal sealed record RouteRule(EventMatch Match, string Path);
