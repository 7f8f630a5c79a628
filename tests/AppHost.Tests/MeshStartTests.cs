using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace McpMesh.AppHost.Tests;

/// <summary>The one command, as people run it: on ports of its own, so that other meshes may run.</summary>
public sealed class MeshStartTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly List<Process> _started = [];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));

    public void Dispose()
    {
        // One that a failed test left running: the mesh ends with its host.
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _limit.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task The_mesh_comes_up_refuses_a_second_one_and_leaves_nothing_behind()
    {
        var mesh = StartHost();
        var output = new List<string>();
        await ReadUntilAsync(mesh, "Ctrl-C stops it.", output);

        Assert.Contains(
            output, line => line.StartsWith("gateway-2 ", StringComparison.Ordinal) && line.Contains("Healthy", StringComparison.Ordinal));
        using var run = JsonDocument.Parse(await File.ReadAllTextAsync(_data.File("endpoints.json"), _limit.Token));
        var gateway = run.RootElement.GetProperty("gateway").GetString();
        Assert.Contains(output, line => line.Trim() == """{"mcpServers":{"mesh":{"type":"http","url":"GATEWAY/mcp"}}}""".Replace(
            "GATEWAY", gateway, StringComparison.Ordinal));
        Assert.All(["tokenExchange", "policy", "audit", "idp"], name =>
            Assert.StartsWith("http://127.0.0.1:", run.RootElement.GetProperty(name).GetString(), StringComparison.Ordinal));
        var processes = ProcessesOf(run);
        Assert.True(processes.Length >= 20);

        using var client = new HttpClient();
        using var challenge = await client.PostAsync(new Uri($"{gateway}/mcp"), null, _limit.Token);
        Assert.False(challenge.IsSuccessStatusCode);

        var second = StartHost();
        var error = await second.StandardError.ReadToEndAsync(_limit.Token);
        await second.WaitForExitAsync(_limit.Token);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"already running on '{_data.Path}' (process {mesh.Id})",
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        using (var terminate = Process.Start("kill", ["-s", "TERM", mesh.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await terminate.WaitForExitAsync(_limit.Token);
        }

        while (await mesh.StandardOutput.ReadLineAsync(_limit.Token) is not null)
        {
            // The pipe must not fill while it stops.
        }

        await mesh.WaitForExitAsync(_limit.Token);
        Assert.Equal(0, mesh.ExitCode);
        Assert.False(File.Exists(_data.File("endpoints.json")));
        Assert.All(processes, process => Assert.False(Directory.Exists($"/proc/{process}")));
    }

    [Fact]
    public async Task Killing_the_dotnet_run_that_started_it_stops_the_mesh()
    {
        var project = Path.Combine(Repository.Root, "AppHost");
        var wrapper = Start(
            "run", "--no-build", "--project", project, "--", "--data", _data.Path, "--DcpPublisher:RandomizePorts=true");
        await ReadUntilAsync(wrapper, "Ctrl-C stops it.", []);
        using var run = JsonDocument.Parse(await File.ReadAllTextAsync(_data.File("endpoints.json"), _limit.Token));
        var processes = ProcessesOf(run);

        wrapper.Kill();

        // The host holds the pipe too: it ends when the host has ended, and the host ends last.
        while (await wrapper.StandardOutput.ReadLineAsync(_limit.Token) is not null)
        {
        }

        Assert.All(processes, process => Assert.False(Directory.Exists($"/proc/{process}")));
        Assert.False(File.Exists(_data.File("endpoints.json")));
    }

    [Fact]
    public async Task A_missing_configuration_is_named_in_one_line()
    {
        var mesh = StartHost("--config", "/no/such/mesh.yaml");
        var error = await mesh.StandardError.ReadToEndAsync(_limit.Token);
        await mesh.WaitForExitAsync(_limit.Token);

        Assert.Equal(1, mesh.ExitCode);
        Assert.Equal("The mesh cannot start: --config: there is no file '/no/such/mesh.yaml'.", error.TrimEnd());
    }

    [Fact]
    public async Task A_wrong_field_is_named_with_file_and_line_before_anything_starts()
    {
        var config = _data.File("mesh.yaml");
        await File.WriteAllTextAsync(config, "identity: {}\ngateway:\n  publicUrl: http://127.0.0.1:8080\ngatway: 1\n", _limit.Token);
        var mesh = StartHost("--config", config, "--mesh-environment", "");
        var output = mesh.StandardOutput.ReadToEndAsync(_limit.Token);
        var error = await mesh.StandardError.ReadToEndAsync(_limit.Token);
        await mesh.WaitForExitAsync(_limit.Token);

        Assert.Equal(1, mesh.ExitCode);
        Assert.StartsWith("The mesh cannot start: ", error, StringComparison.Ordinal);
        Assert.Contains($"{config}(4,1): gatway: unknown field; did you mean 'gateway'?", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Empty(await output);
    }

    private static int[] ProcessesOf(JsonDocument run) => [.. run.RootElement.GetProperty("resources").EnumerateArray()
        .Where(resource => resource.GetProperty("pid").ValueKind == JsonValueKind.Number)
        .Select(resource => resource.GetProperty("pid").GetInt32())];

    private Process StartHost(params string[] args) =>
        Start(["exec", typeof(Program).Assembly.Location, "--data", _data.Path, "--DcpPublisher:RandomizePorts=true", .. args]);

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    private async Task ReadUntilAsync(Process process, string last, List<string> output)
    {
        do
        {
            output.Add(await process.StandardOutput.ReadLineAsync(_limit.Token)
                ?? throw new InvalidOperationException(
                    string.Join('\n', output) + await process.StandardError.ReadToEndAsync(_limit.Token)));
        }
        while (output[^1] != last);
    }
}
