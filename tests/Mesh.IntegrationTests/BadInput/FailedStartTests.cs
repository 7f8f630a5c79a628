using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>A service that cannot start says why in one line of its own, ends, and shows no stack trace.</summary>
public sealed class FailedStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-broken-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Gateway", "MESH_CONFIG")]
    [InlineData("TokenExchange", "MESH_CONFIG")]
    [InlineData("Adapters", "MESH_CONFIG")]
    [InlineData("DevIdp", "MESH_IDP_CONFIG")]
    public async Task A_broken_file_is_named_with_line_and_field(string project, string variable)
    {
        var file = Path.Combine(_folder, "broken.yaml");
        await File.WriteAllTextAsync(file, "# a comment\nnonsense: 1\n");

        var (exitCode, errors) = await RunAsync(project, "http://127.0.0.1:0", (variable, file));

        Assert.Equal(2, exitCode);
        Assert.Contains($"{file}(2,1): nonsense: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway")]
    [InlineData("TokenExchange")]
    [InlineData("PolicyDecision")]
    [InlineData("AuditSink")]
    [InlineData("Adapters")]
    [InlineData("DevIdp")]
    public async Task A_port_in_use_is_named(string project)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";

        var (exitCode, errors) = await RunAsync(project, url);

        Assert.Equal(1, exitCode);
        Assert.Equal($"Failed to bind to address {url}: address already in use.", errors.TrimEnd());
    }

    [Fact]
    public async Task A_wrong_setting_is_named()
    {
        var (exitCode, errors) = await RunAsync("AuditSink", "http://127.0.0.1:0", ("MESH_AUDIT_TOKEN", "short"));

        Assert.Equal(2, exitCode);
        Assert.Equal("MESH_AUDIT_TOKEN must have at least 16 characters.", errors.TrimEnd());
    }

    private async Task<(int ExitCode, string Errors)> RunAsync(
        string project, string url, params (string Name, string Value)[] environment)
    {
        // artifacts/bin/<this project>/<configuration>: the services stand beside it.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var bin = own.Parent!.Parent!.FullName;
        var root = Path.GetFullPath(Path.Combine(bin, "..", ".."));
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(bin, project, own.Name, $"McpMesh.{project}.dll"), "--urls", url])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["MESH_CONFIG"] = Path.Combine(root, "config", "mesh.yaml"),
                ["MESH_IDP_CONFIG"] = Path.Combine(root, "config", "idp", "idp.yaml"),
                ["MESH_DATA"] = _folder,
                ["MESH_SERVER"] = "logs",
                ["DAPR_HTTP_PORT"] = "1",
            },
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var reading = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var output = await reading;
        Assert.DoesNotContain("   at ", errors + output, StringComparison.Ordinal);
        return (process.ExitCode, errors);
    }
}
