using System.Runtime.InteropServices;
using McpMesh.AppHost.Start;

namespace McpMesh.AppHost.Dapr;

/// <summary>An installed Dapr runtime, as <c>dapr init --slim</c> leaves it: three programs in one folder.</summary>
/// <param name="Daprd">Path of the sidecar.</param>
/// <param name="Placement">Path of the placement service; workflows need it.</param>
/// <param name="Scheduler">Path of the scheduler; timers of workflows need it.</param>
internal sealed record DaprRuntime(string Daprd, string Placement, string Scheduler)
{
    private static readonly string[] ControlPlane = ["placement", "scheduler"];
    private static readonly string Suffix = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ".exe" : "";

    /// <summary>
    /// Looks where Dapr's own tools look: <c>DAPR_RUNTIME_PATH</c> (the folder that holds <c>.dapr</c>, or the programs themselves),
    /// <c>~/.dapr/bin</c>, then every folder of PATH. Placement and scheduler stand beside daprd.
    /// </summary>
    /// <exception cref="MeshStartException">There is no daprd, or a program beside it is missing.</exception>
    public static DaprRuntime Locate(Func<string, string?> environment)
    {
        var folders = Folders(environment).ToArray();
        var folder = Array.Find(folders, candidate => File.Exists(Program(candidate, "daprd"))) ?? throw new MeshStartException(
            "--sidecar daprd: no daprd in DAPR_RUNTIME_PATH, ~/.dapr/bin or PATH. Install it with 'dapr init --slim', or leave the option out.");
        string[] missing = [.. ControlPlane.Where(name => !File.Exists(Program(folder, name)))];
        if (missing.Length > 0)
        {
            throw new MeshStartException(
                $"--sidecar daprd: {string.Join(" and ", missing)} not found beside '{Program(folder, "daprd")}'; workflows need placement " +
                "and scheduler. 'dapr init --slim' installs both.");
        }

        return new DaprRuntime(Program(folder, "daprd"), Program(folder, "placement"), Program(folder, "scheduler"));
    }

    private static IEnumerable<string> Folders(Func<string, string?> environment)
    {
        if (environment("DAPR_RUNTIME_PATH") is { Length: > 0 } given)
        {
            yield return Path.Combine(given, ".dapr", "bin");
            yield return Path.Combine(given, "bin");
            yield return given;
        }

        if (environment("HOME") is { Length: > 0 } home) yield return Path.Combine(home, ".dapr", "bin");
        if (environment("USERPROFILE") is { Length: > 0 } profile) yield return Path.Combine(profile, ".dapr", "bin");
        foreach (var folder in (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }

    private static string Program(string folder, string name) => Path.Combine(folder, name + Suffix);
}
