using McpMesh.Configuration;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange;

/// <summary>Rules about mesh.yaml that only the mesh AS can know; broken ones stop the start.</summary>
internal static class IdentityRules
{
    private static readonly TimeSpan LongestToken = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestToken = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidOperationException">Names field and rule.</exception>
    public static void Check(MeshConfiguration mesh)
    {
        var identity = mesh.Identity;
        Require(identity.AccessTokenLifetime <= LongestToken && identity.AccessTokenLifetime >= ShortestToken,
            "identity.accessTokenLifetime: must be between 30 seconds and 10 minutes.");
        Require(identity.SessionLifetime > identity.AccessTokenLifetime, "identity.sessionLifetime: must be longer than a token's.");
        RequireSafe(identity.Issuer, "identity.issuer");
        RequireSafe(identity.Idp.Issuer, "identity.idp.issuer");
        Require(identity.Issuer != identity.Idp.Issuer, "identity.idp.issuer: the mesh cannot be its own identity provider.");
        Require(mesh.Clients.All(client => client.Id != identity.Idp.GrantClientId),
            "identity.idp.grantClientId: a client of that id could redeem the mesh's own grants.");
        foreach (var redirect in mesh.Clients.SelectMany(client => client.RedirectUris))
        {
            Require(redirect.IsAbsoluteUri && redirect.Fragment.Length == 0 && redirect.UserInfo.Length == 0,
                "clients.redirectUris: must be absolute, without fragment and user.");
        }

        // Throws when two resources share an identifier.
        _ = new ResourceRegistry(mesh);
    }

    private static void RequireSafe(Uri uri, string field) => Require(
        uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)),
        $"{field}: must be https; http only on a loopback address.");

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new InvalidOperationException($"mesh.yaml: {message}");
    }
}
