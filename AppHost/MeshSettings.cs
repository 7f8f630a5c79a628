using System.Reflection;
using McpMesh.AppHost.Dapr;
using McpMesh.AppHost.Start;
using Microsoft.Extensions.Configuration;

namespace McpMesh.AppHost;

/// <summary>What the command line says about the mesh. All paths are full.</summary>
/// <param name="Data">Folder of everything that the mesh writes (<c>--data</c>).</param>
/// <param name="Config">Path of mesh.yaml (<c>--config</c>).</param>
/// <param name="IdpConfig">Path of the development IdP's configuration (<c>--idp-config</c>).</param>
/// <param name="Environment">Name of the overlay (<c>--mesh-environment</c>); empty: none.</param>
/// <param name="Components">Folder of the Dapr resources.</param>
/// <param name="DaprConfigurations">Folders of the Dapr Configurations (access control, secret scopes): the first that has an app's file
/// counts.</param>
/// <param name="SidecarPath">Program that runs as sidecar (<c>--sidecar embedded</c> or <c>daprd</c>).</param>
/// <param name="Runtime">The installed Dapr with <c>--sidecar daprd</c>; null for the embedded sidecar.</param>
internal sealed record MeshSettings(
    string Data,
    string Config,
    string IdpConfig,
    string Environment,
    string Components,
    IReadOnlyList<string> DaprConfigurations,
    string SidecarPath,
    DaprRuntime? Runtime)
{
    private const string SidecarKey = "McpMesh.Sidecar";

    /// <exception cref="MeshStartException">A file that the command line names is missing, or the Dapr runtime is, or is not enough.</exception>
    public static MeshSettings From(IConfiguration configuration, string appHostDirectory)
    {
        var repository = Path.GetFullPath(Path.Combine(appHostDirectory, ".."));
        var runtime = RuntimeFor(configuration["sidecar"] ?? configuration["Mesh:Sidecar"] ?? "embedded", repository);
        return new MeshSettings(
            // What people type is relative to where they are; defaults are relative to the repository.
            Path.GetFullPath(configuration["data"] ?? configuration["Mesh:Data"] ?? Path.Combine(repository, ".mesh")),
            Existing("config", configuration["config"] ?? configuration["Mesh:Config"] ?? Path.Combine(repository, "config", "mesh.yaml")),
            Existing("idp-config",
                configuration["idp-config"] ?? configuration["Mesh:IdpConfig"] ?? Path.Combine(repository, "config", "idp", "idp.yaml")),
            configuration["mesh-environment"] ?? configuration["Mesh:Environment"] ?? "development",
            Path.Combine(repository, "components", runtime is null ? "local" : "redis"),
            DaprConfigurationFolders(repository, selfHosted: runtime is not null),
            runtime?.Daprd ?? EmbeddedSidecar(),
            runtime);
    }

    /// <summary>The Dapr Configuration of an app's sidecar: the file of its name, else <c>default.yaml</c>.</summary>
    public string DaprConfigurationOf(string appId)
    {
        var files = DaprConfigurations.Select(folder => Path.Combine(folder, appId + ".yaml"));
        return files.FirstOrDefault(File.Exists) ?? Path.Combine(DaprConfigurations[^1], "default.yaml");
    }

    /// <summary>A self-hosted daprd without Sentry cannot tell callers apart; where that matters an app has another file for it.</summary>
    internal static IReadOnlyList<string> DaprConfigurationFolders(string repository, bool selfHosted)
    {
        var folder = Path.Combine(repository, "config", "dapr");
        return selfHosted ? [Path.Combine(folder, "self-hosted"), folder] : [folder];
    }

    private static DaprRuntime? RuntimeFor(string engine, string repository)
    {
        if (engine == "embedded") return null;
        if (engine != "daprd") throw new MeshStartException($"--sidecar: '{engine}' is neither 'embedded' nor 'daprd'.");
        var runtime = DaprRuntime.Locate(System.Environment.GetEnvironmentVariable);
        DaprRequirements.ThrowIfUnmet(runtime, RedisAddress.Read(Path.Combine(repository, "components", "redis", "statestore.yaml")));
        return runtime;
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
