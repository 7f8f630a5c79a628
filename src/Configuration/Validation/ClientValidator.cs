using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Agents as OAuth clients and as actors.</summary>
internal sealed class ClientValidator : IMeshValidator
{
    private const string AuthorizationCode = "authorization_code";
    private const string JwtBearer = "jwt-bearer";

    public IReadOnlyList<string> Sections { get; } = ["servers", "clients", "runbooks"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var catalog = MethodCatalog.Of(mesh);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, client) in mesh.Clients.Index())
        {
            var field = MeshFields.Clients.Item(index);
            errors.Require(client.Id.Length > 0, field.Field("id"), "must not be empty");
            errors.Require(ids.Add(client.Id), field.Field("id"), $"there are two clients '{client.Id}'");
            // In an actor chain an agent must not be taken for a part of the mesh.
            errors.Require(
                client.Id != "gateway" && !mesh.Servers.ContainsKey(client.Id), field.Field("id"),
                $"'{client.Id}' is the name of a part of the mesh");
            CheckGrants(client, field, errors);
            catalog.CheckScopes(client.Scopes, field.Field("scopes"), errors);
        }
    }

    private static void CheckGrants(ClientConfiguration client, FieldPath field, FieldErrors errors)
    {
        foreach (var (index, grant) in client.Grants.Index())
        {
            errors.Require(
                grant is AuthorizationCode or JwtBearer, field.Field("grants").Item(index), $"must be {AuthorizationCode} or {JwtBearer}");
        }

        errors.Require(
            !client.Grants.Contains(AuthorizationCode) || !client.RedirectUris.IsEmpty,
            field.Field("redirectUris"),
            $"is required for the grant {AuthorizationCode}");
        errors.Require(
            !client.Grants.Contains(JwtBearer) || client.Secret is not null,
            field.Field("secret"),
            $"is required for the grant {JwtBearer}: only a client that can authenticate may present an assertion");

        foreach (var (index, uri) in client.RedirectUris.Index())
        {
            var item = field.Field("redirectUris").Item(index);
            errors.Require(uri.Fragment.Length == 0, item, "must not have a fragment (RFC 6749 section 3.1.2)");
            errors.Require(uri.Scheme != Uri.UriSchemeHttp || uri.IsLoopback, item, "http is accepted only on a loopback host");
        }
    }
}
