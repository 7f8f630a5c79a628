namespace McpMesh.DevIdp.Tokens;

/// <summary>Body of a refusal (RFC 6749 section 5.2).</summary>
internal sealed record ErrorResponse(string Error, string ErrorDescription);
