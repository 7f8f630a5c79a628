using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Names, addresses and tools of servers.</summary>
internal sealed class ServerValidator : IMeshValidator
{
    public IReadOnlyList<string> Sections { get; } = ["servers"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        foreach (var (name, server) in mesh.Servers)
        {
            var field = MeshFields.Server(name);
            CheckName(name, field, errors);
            errors.Require((server.AppId is null) != (server.Url is null), field, "must have exactly one of appId and url");
            errors.Require(
                server.Url is null || server.Url.Scheme == Uri.UriSchemeHttps
                || (server.Url.Scheme == Uri.UriSchemeHttp && server.Url.IsLoopback),
                field.Field("url"),
                "must be an https address; http is accepted only on a loopback host");
            errors.Require(
                Uri.TryCreate(server.Resource, UriKind.Absolute, out var resource) && resource.Scheme is ("http" or "https")
                && resource.Fragment.Length == 0,
                field.Field("resource"),
                "must be an absolute http or https URI without fragment (RFC 8707 section 2)");
            CheckTools(server, field, errors);
        }

        RequireUnique(mesh, server => server.AppId, "appId", errors);
        RequireUnique(mesh, server => server.Resource, "resource", errors);
    }

    private static void CheckName(string name, FieldPath field, FieldErrors errors)
    {
        errors.Require(
            name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
            field,
            "the name of a server must be 1 to 64 of a-z, 0-9 and '-'");
        errors.Require(name != "gateway", field, "the name 'gateway' is taken by the mesh entry");
        errors.Require(name != RunbookConfiguration.ServerName, field, $"the name '{name}' is taken by the runbooks");
    }

    private static void CheckTools(ServerConfiguration server, FieldPath field, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, tool) in server.Tools.Index())
        {
            var item = field.Field("tools").Item(index);
            errors.Require(
                tool.Length is > 0 and <= 128 && tool.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'),
                item,
                "the name of a tool must be 1 to 128 of A-Z, a-z, 0-9, '_', '.' and '-'");
            errors.Require(seen.Add(tool), item, $"the tool '{tool}' is listed twice");
        }
    }

    private static void RequireUnique(MeshConfiguration mesh, Func<ServerConfiguration, string?> valueOf, string key, FieldErrors errors)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, server) in mesh.Servers)
        {
            if (valueOf(server) is { } value && !owners.TryAdd(value, name))
                errors.Add(MeshFields.Server(name).Field(key), $"'{value}' belongs to the server '{owners[value]}' already");
        }
    }
}
