using System.Security.Cryptography.X509Certificates;

namespace McpMesh.Sidecar.Invocation;

/// <summary>An HTTPEndpoint resource: a service outside the mesh that is invoked by name.</summary>
/// <param name="BaseUrl">Without a slash at the end.</param>
internal sealed record HttpEndpoint(string Name, string BaseUrl, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Trusted instead of the machine's authorities.</summary>
    public X509Certificate2Collection? RootCertificates { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }

    public bool Sets(string header) => Headers.Any(one => one.Name.Equals(header, StringComparison.OrdinalIgnoreCase));
}
