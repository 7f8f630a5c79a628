namespace McpMesh.Gateway.Authentication;

/// <summary>One OAuth resource of the gateway: <c>{publicUrl}/mcp</c> or <c>{publicUrl}/mcp/{server}</c>.</summary>
/// <param name="Identifier">RFC 8707 identifier: the audience of its tokens.</param>
/// <param name="MetadataUrl">Its RFC 9728 document.</param>
/// <param name="Scope">All its scopes, space-separated.</param>
/// <param name="Metadata">The document itself, as JSON.</param>
internal sealed record ProtectedResource(string Identifier, string MetadataUrl, string Scope, byte[] Metadata);
