using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Authentication;

/// <summary>The gateway's OAuth resources, computed once.</summary>
internal sealed class ResourceIdentifiers
{
    private readonly ProtectedResource _all;
    private readonly FrozenDictionary<string, ProtectedResource> _byServer;

    public ResourceIdentifiers(MeshConfiguration mesh)
    {
        _all = Create(mesh, null, mesh.AllMethods());
        _byServer = mesh.Servers.ToFrozenDictionary(s => s.Key, s => Create(mesh, s.Key, Methods(s.Key, s.Value)), StringComparer.Ordinal);
    }

    /// <summary>The resource of <c>/mcp/{server}</c>; that of <c>/mcp</c> for null and for a server that does not exist.</summary>
    public ProtectedResource Of(string? server) => server is not null && _byServer.TryGetValue(server, out var one) ? one : _all;

    /// <summary>True when <paramref name="server"/> exists.</summary>
    public bool Has(string server) => _byServer.ContainsKey(server);

    private static IEnumerable<string> Methods(string server, ServerConfiguration configuration) =>
        configuration.Tools.Select(tool => $"{server}.{tool}");

    private static ProtectedResource Create(MeshConfiguration mesh, string? server, IEnumerable<string> methods)
    {
        var root = mesh.Gateway.PublicUrl.AbsoluteUri.TrimEnd('/');
        var path = server is null ? "/mcp" : $"/mcp/{server}";
        var scopes = methods.ToArray();
        var document = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(document, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("resource"u8, root + path);
            json.WriteStartArray("authorization_servers"u8);
            json.WriteStringValue(mesh.Identity.Issuer.OriginalString.TrimEnd('/'));
            json.WriteEndArray();
            json.WriteStartArray("scopes_supported"u8);
            foreach (var scope in scopes) json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteStartArray("bearer_methods_supported"u8);
            json.WriteStringValue("header"u8);
            json.WriteEndArray();
            json.WriteString("resource_name"u8, server ?? (mesh.Organization.Length > 0 ? mesh.Organization : "McpMesh"));
            json.WriteEndObject();
        }

        var metadata = $"{root}/.well-known/oauth-protected-resource{path}";
        return new ProtectedResource(root + path, metadata, string.Join(' ', scopes), document.WrittenSpan.ToArray());
    }
}
