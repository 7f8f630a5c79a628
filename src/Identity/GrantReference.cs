namespace McpMesh.Identity;

/// <summary>Names the ID-JAG that an access token came from (claim <c>grant</c>), without carrying it.</summary>
/// <param name="Issuer">Issuer of the ID-JAG: the organization's IdP.</param>
/// <param name="TokenId">Its <c>jti</c>.</param>
public sealed record GrantReference(string Issuer, string TokenId);
