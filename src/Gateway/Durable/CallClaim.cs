namespace McpMesh.Gateway.Durable;

/// <summary>Whose call an id is and what it is about.</summary>
/// <param name="Principal">Digest of tenant, user and client.</param>
/// <param name="Method">Mesh method.</param>
/// <param name="ArgumentDigest">SHA-256 of the arguments' bytes; null for none.</param>
internal sealed record CallClaim(string Principal, string Method, string? ArgumentDigest);
