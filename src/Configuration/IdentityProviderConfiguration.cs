namespace McpMesh.Configuration;

/// <summary>Section <c>identity.idp</c>: the mesh AS as client of the organization's IdP.</summary>
public sealed record IdentityProviderConfiguration
{
    /// <summary>OIDC issuer.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>Client id of the mesh AS at the IdP.</summary>
    public required string ClientId { get; init; }

    /// <summary>Key of the client secret in the Dapr secret store <c>secrets</c>.</summary>
    public required string ClientSecret { get; init; }

    /// <summary><c>audience</c> that the mesh AS asks for in an ID-JAG: its own issuer, or the alias the IdP knows it by.</summary>
    public required string Audience { get; init; }

    /// <summary>The <c>client_id</c> claim that the IdP puts into ID-JAGs for the mesh AS.</summary>
    public required string GrantClientId { get; init; }

    /// <summary>Assertion source for hops: <c>session</c>.</summary>
    public string Source { get; init; } = "session";

    /// <summary>Claim of ID tokens and ID-JAGs that lists the user's groups.</summary>
    public string GroupsClaim { get; init; } = "groups";
}
