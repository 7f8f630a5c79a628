namespace McpMesh.Identity.Hops;

/// <summary>What a hop may be asked with: values of <c>subject_token_type</c> (RFC 8693 section 3).</summary>
internal static class SubjectTokenType
{
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>The handle of a <see cref="Delegation"/>; the mesh's own.</summary>
    public const string Delegation = "urn:mcpmesh:params:oauth:token-type:delegation";
}
