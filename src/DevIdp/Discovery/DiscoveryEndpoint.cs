using System.Text.Json.Nodes;
using McpMesh.DevIdp.Authorization;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.Tokens;

namespace McpMesh.DevIdp.Discovery;

/// <summary>The metadata of OpenID Connect Discovery 1.0 and RFC 8414: one document under both names.</summary>
internal sealed class DiscoveryEndpoint(DirectoryFile directory, IEnumerable<ITokenGrant> grants)
{
    private readonly string[] _grantTypes = [.. grants.Select(g => g.GrantType)];

    public IResult Show(HttpContext context)
    {
        var issuer = directory.Current.Settings.Issuer;
        context.Response.Headers.CacheControl = "public, max-age=300";
        var document = new JsonObject
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = $"{issuer}/authorize",
            ["token_endpoint"] = $"{issuer}/token",
            ["userinfo_endpoint"] = $"{issuer}/userinfo",
            ["jwks_uri"] = $"{issuer}/jwks",
            ["end_session_endpoint"] = $"{issuer}/logout",
            ["scopes_supported"] = List(AuthorizationRequest.SupportedScopes),
            ["response_types_supported"] = List(["code"]),
            ["response_modes_supported"] = List(["query"]),
            ["grant_types_supported"] = List(_grantTypes),
            ["subject_types_supported"] = List(["public"]),
            ["id_token_signing_alg_values_supported"] = List(["ES256"]),
            ["token_endpoint_auth_methods_supported"] = List(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]),
            ["token_endpoint_auth_signing_alg_values_supported"] =
                List(["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
            ["code_challenge_methods_supported"] = List(["S256"]),
            ["prompt_values_supported"] = List(["none", "login", "select_account"]),
            ["claims_supported"] =
                List(["sub", "name", "preferred_username", "email", "groups", "auth_time", "acr", "amr", "sid", "nonce"]),
            ["acr_values_supported"] = List([SignIn.Authentication.ContextClass]),
            ["claims_parameter_supported"] = false,
            ["request_parameter_supported"] = false,
            ["request_uri_parameter_supported"] = false,
            ["authorization_response_iss_parameter_supported"] = true,
            ["identity_chaining_requested_token_types_supported"] = List([IdentityAssertionGrant.IdentityAssertion]),
        };
        return Results.Text(document.ToJsonString(), "application/json");
    }

    private static JsonArray List(IEnumerable<string> values) => [.. values.Select(v => JsonValue.Create(v))];
}
