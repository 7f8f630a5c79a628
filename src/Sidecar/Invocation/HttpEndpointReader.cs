using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Reads HTTPEndpoint resources (dapr.io/v1alpha1).</summary>
internal sealed class HttpEndpointReader(string appId, ComponentResolver resolver)
{
    /// <exception cref="StartupException">A resource is malformed, doubly named, or a value it refers to is missing.</exception>
    public Dictionary<string, HttpEndpoint> Read(IEnumerable<YamlResource> resources)
    {
        var endpoints = new Dictionary<string, HttpEndpoint>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (ReadOne(resource) is { } endpoint && !endpoints.TryAdd(endpoint.Name, endpoint))
                throw resource.Invalid(resource.Root, $"HTTPEndpoint '{endpoint.Name}' is already defined");
        }

        return endpoints;
    }

    /// <summary>Checks the shape of resources, without the secrets that they refer to.</summary>
    /// <exception cref="StartupException">A resource is malformed.</exception>
    public static void Check(IEnumerable<YamlResource> resources)
    {
        foreach (var resource in resources)
        {
            var spec = SpecOf(resource);
            _ = BaseUrlOf(resource, spec);
            foreach (var item in resource.Mappings(spec, "headers")) _ = ComponentReader.ReadItem(resource, item, "spec.headers");
        }
    }

    private static YamlMappingNode SpecOf(YamlResource resource)
    {
        var root = resource.Root;
        resource.RefuseOthers(root, "", "apiVersion", "kind", "metadata", "spec", "auth", "scopes");
        if (resource.Require(root, "apiVersion") != "dapr.io/v1alpha1")
            throw resource.Invalid(root, "apiVersion of an HTTPEndpoint must be dapr.io/v1alpha1");
        var metadata = resource.Mapping(root, "metadata") ?? throw resource.Invalid(root, "field 'metadata' is required");
        _ = resource.Require(metadata, "name");
        var spec = resource.Mapping(root, "spec") ?? throw resource.Invalid(root, "field 'spec' is required");
        resource.RefuseOthers(spec, "spec", "baseUrl", "headers", "clientTLS");
        return spec;
    }

    private static string BaseUrlOf(YamlResource resource, YamlMappingNode spec)
    {
        var baseUrl = resource.Require(spec, "baseUrl");
        return Uri.TryCreate(baseUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? baseUrl.TrimEnd('/')
            : throw resource.Invalid(YamlResource.Find(spec, "baseUrl")!, $"spec.baseUrl '{baseUrl}' is not an http or https URL");
    }

    private HttpEndpoint? ReadOne(YamlResource resource)
    {
        var root = resource.Root;
        var spec = SpecOf(resource);
        var baseUrl = BaseUrlOf(resource, spec);
        var name = resource.Require(resource.Mapping(root, "metadata")!, "name");
        var scopes = resource.Texts(root, "scopes");
        if (scopes.Count > 0 && !scopes.Contains(appId, StringComparer.Ordinal)) return null;
        var secretStore = resource.Mapping(root, "auth") is { } auth ? resource.Text(auth, "secretStore") : null;
        var endpoint = new HttpEndpoint(name, baseUrl,
        [
            .. resource.Mappings(spec, "headers").Select(item => ComponentReader.ReadItem(resource, item, "spec.headers"))
                .Select(item => (item.Name, resolver.ValueOf(name, secretStore, item))),
        ]);
        return resource.Mapping(spec, "clientTLS") is { } tls ? WithTls(endpoint, resource, tls, secretStore) : endpoint;
    }

    private HttpEndpoint WithTls(HttpEndpoint endpoint, YamlResource resource, YamlMappingNode tls, string? secretStore)
    {
        resource.RefuseOthers(tls, "spec.clientTLS", "rootCA", "certificate", "privateKey", "renegotiation");
        if (resource.Text(tls, "renegotiation") is not (null or "Never"))
            throw resource.Invalid(tls, "spec.clientTLS.renegotiation: the embedded sidecar renegotiates never");
        var roots = Pem(endpoint, resource, tls, "rootCA", secretStore);
        var certificate = Pem(endpoint, resource, tls, "certificate", secretStore);
        var key = Pem(endpoint, resource, tls, "privateKey", secretStore);
        if (certificate is null != key is null) throw resource.Invalid(tls, "spec.clientTLS needs certificate and privateKey, or neither");
        try
        {
            var trusted = new X509Certificate2Collection();
            if (roots is not null) trusted.ImportFromPem(roots);
            return endpoint with
            {
                RootCertificates = roots is null ? null : trusted,
                ClientCertificate = certificate is null ? null : X509Certificate2.CreateFromPem(certificate, key),
            };
        }
        catch (CryptographicException)
        {
            throw resource.Invalid(tls, "spec.clientTLS holds something that is not PEM of a certificate and its key");
        }
    }

    private string? Pem(HttpEndpoint endpoint, YamlResource resource, YamlMappingNode tls, string field, string? secretStore) =>
        resource.Mapping(tls, field) is { } item
            ? resolver.ValueOf(endpoint.Name, secretStore, ComponentReader.ReadValue(resource, item, field, $"spec.clientTLS.{field}"))
            : null;
}
