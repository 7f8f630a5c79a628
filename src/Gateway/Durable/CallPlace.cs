namespace McpMesh.Gateway.Durable;

/// <summary>The call that a request turned out to be.</summary>
/// <param name="IsNew">Nobody has begun it.</param>
/// <param name="OpenKey">Where it stands among the undelivered calls; null for one with a name of its own.</param>
/// <param name="OpenFor">How long it stands there at most.</param>
internal sealed record CallPlace(string Id, bool IsNew, string? OpenKey, TimeSpan OpenFor);
