namespace McpMesh.Identity.Jose;

/// <summary>An issuer's keys could not be had: the token can be neither accepted nor called wrong.</summary>
public sealed class JsonWebKeySetUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
