using System.Diagnostics;
using System.Text.Json;

namespace McpMesh.Testing;

/// <summary>The processes of a running mesh, by the run file.</summary>
public static class MeshProcesses
{
    /// <summary>
    /// Process ids of the instances of <paramref name="resource"/>: itself, or its replicas <c>{resource}-…</c>, but not its sidecars.
    /// </summary>
    public static IReadOnlyList<int> Of(RunningMesh mesh, string resource) => Find(mesh, name => IsInstance(name, resource));

    /// <summary>Process id of one instance by its own name, e.g. <c>gateway-2</c>.</summary>
    public static int Instance(RunningMesh mesh, string name) => Find(mesh, candidate => candidate == name).Single();

    /// <summary>Process ids of the sidecars of <paramref name="resource"/>.</summary>
    public static IReadOnlyList<int> SidecarsOf(RunningMesh mesh, string resource) =>
        Find(mesh, name => IsInstance(name, resource + "-dapr-cli"));

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public static async Task KillAsync(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static bool IsInstance(string name, string resource) =>
        name == resource || (name.StartsWith(resource + "-", StringComparison.Ordinal)
            && !name[(resource.Length + 1)..].Contains("dapr", StringComparison.Ordinal));

    private static List<int> Find(RunningMesh mesh, Func<string, bool> match)
    {
        using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(mesh.Data, "endpoints.json")));
        return [.. run.RootElement.GetProperty("resources").EnumerateArray()
            .Where(r =>
                match(r.GetProperty("name").GetString()!) && r.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.Number)
            .Select(r => r.GetProperty("pid").GetInt32())];
    }
}
