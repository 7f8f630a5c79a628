namespace McpMesh.Gateway.Durable;

/// <summary>Of a call's input, whose it is.</summary>
internal sealed record CallOwner(CallClaim? Claim);
