using System.Reflection;
using McpMesh.AppHost.Start;
using Microsoft.Extensions.Configuration;

namespace McpMesh.AppHost;

/// <summary>What the command line says about the mesh. All paths are full.</summary>
/// <param name="Data">Folder of everything that the mesh writes (<c>--data</c>).</param>
/// <param name="Config">Path of mesh.yaml (<c>--config</c>).</param>
/// <param name="IdpConfig">Path of the development IdP's configuration (<c>--idp-config</c>).</param>
/// <param name="Environment">Name of the overlay (<c>--mesh-environment</c>); empty: none.</param>
/// <param name="Components">Folder of the Dapr resources.</param>
/// <param name="DaprConfigurations">Folder of the Dapr Configurations: access control, secret scopes.</param>
/// <param name="SidecarPath">Program that runs as sidecar.</param>
internal sealed record MeshSettings(
    string Data, string Config, string IdpConfig, string Environment, string Components, string DaprConfigurations, string SidecarPath)
{
    private const string SidecarKey = "McpMesh.Sidecar";

    /// <exception cref="MeshStartException">A file that the command line names is missing.</exception>
    public static MeshSettings From(IConfiguration configuration, string appHostDirectory)
    {
        var repository = Path.GetFullPath(Path.Combine(appHostDirectory, ".."));
        return new MeshSettings(
            // What people type is relative to where they are; defaults are relative to the repository.
            Path.GetFullPath(configuration["data"] ?? configuration["Mesh:Data"] ?? Path.Combine(repository, ".mesh")),
            Existing("config", configuration["config"] ?? configuration["Mesh:Config"] ?? Path.Combine(repository, "config", "mesh.yaml")),
            Existing("idp-config",
                configuration["idp-config"] ?? configuration["Mesh:IdpConfig"] ?? Path.Combine(repository, "config", "idp", "idp.yaml")),
            configuration["mesh-environment"] ?? configuration["Mesh:Environment"] ?? "development",
            Path.Combine(repository, "components", "local"),
            Path.Combine(repository, "config", "dapr"),
            EmbeddedSidecar());
    }

    /// <summary>The Dapr Configuration of an app's sidecar: the file of its name, else <c>default.yaml</c>.</summary>
    public string DaprConfigurationOf(string appId)
    {
        var own = Path.Combine(DaprConfigurations, appId + ".yaml");
        return File.Exists(own) ? own : Path.Combine(DaprConfigurations, "default.yaml");
    }

    private static string Existing(string option, string path) =>
        File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new MeshStartException($"--{option}: there is no file '{Path.GetFullPath(path)}'.");

    private static string EmbeddedSidecar()
    {
        var assembly = typeof(MeshSettings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(entry => entry.Key == SidecarKey).Value!;
        return Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null);
    }
}
