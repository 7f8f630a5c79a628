using McpMesh.DevIdp.SignIn;

namespace McpMesh.DevIdp.Tokens;

/// <summary>What a subject token proves: that a user signed in, and for which client.</summary>
internal sealed record SubjectToken(string ClientId, Authentication Authentication);
