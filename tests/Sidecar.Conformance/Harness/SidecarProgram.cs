using System.Net;
using System.Net.Sockets;

namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>
/// Which sidecar is under test. <c>MESH_CONFORMANCE_SIDECAR</c> names one (a program, a .dll, or <c>embedded</c>); else it is the daprd of
/// this machine, looked for where Dapr's tools look; else the sidecar that was built with these tests.
/// </summary>
internal static class SidecarProgram
{
    private static readonly string s_suffix = OperatingSystem.IsWindows() ? ".exe" : "";
    private static readonly string s_path = Locate(Environment.GetEnvironmentVariable);

    public static string[] Command { get; } = Path.GetExtension(s_path) == ".dll" ? ["dotnet", s_path] : [s_path];

    public static bool IsDaprd { get; } = Path.GetFileNameWithoutExtension(s_path) == "daprd";

    public static string Description { get; } = $"{(IsDaprd ? "daprd" : "the embedded sidecar")}: {s_path}";

    /// <summary>Placement and scheduler stand beside daprd.</summary>
    public static string Beside(string program) => Path.Combine(Path.GetDirectoryName(s_path)!, program + s_suffix);

    public static string[] Flags() => IsDaprd
        ? ["--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-port", $"{Port()}", "--enable-metrics=false"]
        : [];

    /// <summary>The embedded sidecar takes any and prints which; daprd has to be told.</summary>
    public static int Port() => IsDaprd ? FreePort() : 0;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Locate(Func<string, string?> environment)
    {
        var given = environment("MESH_CONFORMANCE_SIDECAR");
        if (given is { Length: > 0 } and not "embedded")
        {
            return File.Exists(given) ? Path.GetFullPath(given) : throw new FileNotFoundException($"MESH_CONFORMANCE_SIDECAR: no file '{given}'");
        }

        return given is null or "" && Array.Find([.. Folders(environment)], HasDaprd) is { } folder ? Daprd(folder) : Built();
    }

    private static IEnumerable<string> Folders(Func<string, string?> environment)
    {
        if (environment("DAPR_RUNTIME_PATH") is { Length: > 0 } runtime)
        {
            yield return Path.Combine(runtime, ".dapr", "bin");
            yield return Path.Combine(runtime, "bin");
            yield return runtime;
        }

        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", "bin");
        foreach (var folder in (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }

    private static bool HasDaprd(string folder) => File.Exists(Daprd(folder));

    private static string Daprd(string folder) => Path.Combine(folder, "daprd" + s_suffix);

    // Test and sidecar are built into neighbouring folders, by the same configuration.
    private static string Built()
    {
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(own, "..", "..", "Sidecar", Path.GetFileName(own), "McpMesh.Sidecar.dll"));
    }
}
