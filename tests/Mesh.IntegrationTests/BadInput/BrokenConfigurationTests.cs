using System.Diagnostics;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>A service that is started on a broken file says file, line and field, and nothing else.</summary>
public sealed class BrokenConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-broken-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Gateway", "MESH_CONFIG")]
    [InlineData("TokenExchange", "MESH_CONFIG")]
    [InlineData("Adapters", "MESH_CONFIG")]
    [InlineData("DevIdp", "MESH_IDP_CONFIG")]
    public async Task The_error_names_file_line_and_field_and_shows_no_stack(string project, string variable)
    {
        var file = Path.Combine(_folder, "broken.yaml");
        await File.WriteAllTextAsync(file, "# a comment\nnonsense: 1\n");
        // artifacts/bin/<this project>/<configuration>: the services stand beside it.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var service = Path.Combine(output.Parent!.Parent!.FullName, project, output.Name, $"McpMesh.{project}.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", service, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { [variable] = file, ["MESH_DATA"] = _folder, ["MESH_SERVER"] = "logs", ["DAPR_HTTP_PORT"] = "1" },
        };

        using var process = Process.Start(start)!;
        var ignored = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await ignored;

        Assert.Equal(2, process.ExitCode);
        Assert.Contains($"{file}(2,1): nonsense: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
