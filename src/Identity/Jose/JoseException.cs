namespace McpMesh.Identity.Jose;

/// <summary>A key or key set that must not be used. The message names the member and the rule, never key material.</summary>
public sealed class JoseException(string message, Exception? inner = null) : Exception(message, inner);
