namespace McpMesh.Cli.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_a_running_mesh_the_demo_says_how_to_start_one_and_exits_2()
    {
        var (exitCode, output, errors) = await CliProcess.RunAsync("demo", "incident", "--data", _folder);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("dotnet run --project AppHost", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "approval-1")]
    [InlineData("approve", "approval-1", "--why", "it is right")]
    [InlineData("refuse", "approval-1")]
    public async Task Without_a_running_mesh_approvals_say_how_to_start_one_and_exit_2(params string[] verb)
    {
        var (exitCode, output, errors) = await CliProcess.RunAsync(["approvals", .. verb, "--data", _folder]);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("dotnet run --project AppHost", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_approvals_has_examples_and_the_exit_codes()
    {
        var (exitCode, output, _) = await CliProcess.RunAsync("approvals", "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("mesh approvals approve", output, StringComparison.Ordinal);
        Assert.Contains("Exit code 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_pipe_there_are_no_escape_sequences()
    {
        var (_, _, errors) = await CliProcess.RunAsync("demo", "incident", "--data", _folder);
        Assert.DoesNotContain('\u001b', errors);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_run_file_that_is_none_is_named_with_what_is_wrong()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "endpoints.json"), """{"gateway":17}""");
        var (exitCode, _, errors) = await CliProcess.RunAsync("demo", "incident", "--data", _folder);
        Assert.Equal(2, exitCode);
        Assert.Contains("endpoints.json is not a run file of AppHost", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_that_is_not_known_is_refused_with_the_ways_there_are()
    {
        var (exitCode, output, errors) = await CliProcess.RunAsync("demo", "incident", "--via", "pigeon");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("sidecar", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_examples()
    {
        var (exitCode, output, _) = await CliProcess.RunAsync("demo", "incident", "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("dotnet run --project src/Cli -- demo incident --via http --json", output, StringComparison.Ordinal);
    }
}
