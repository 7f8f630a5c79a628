using System.Net;
using System.Net.Sockets;
using McpMesh.AppHost.Dapr;
using McpMesh.AppHost.Start;
using Microsoft.Extensions.Configuration;

namespace McpMesh.AppHost.Tests.Dapr;

/// <summary><c>--sidecar daprd</c>: which runtime is taken, and what is said when it will not do.</summary>
public sealed class DaprRuntimeTests : IDisposable
{
    private readonly InstalledRuntime _installed = new();

    public void Dispose() => _installed.Dispose();

    [Theory]
    [InlineData("DAPR_RUNTIME_PATH")]
    [InlineData("PATH")]
    public void A_runtime_is_found_where_Dapr_looks_for_it(string variable)
    {
        _installed.Whole();

        var runtime = DaprRuntime.Locate(name => name == variable ? _installed.Path : null);

        Assert.Equal(Path.Combine(_installed.Path, "daprd"), runtime.Daprd);
        Assert.Equal(Path.Combine(_installed.Path, "scheduler"), runtime.Scheduler);
    }

    [Fact]
    public void The_given_runtime_comes_before_the_one_on_the_path()
    {
        _installed.Whole();
        using var other = new InstalledRuntime();
        other.Whole();

        var runtime = DaprRuntime.Locate(name => name switch
        {
            "DAPR_RUNTIME_PATH" => other.Path,
            "PATH" => _installed.Path,
            _ => null,
        });

        Assert.StartsWith(other.Path, runtime.Daprd, StringComparison.Ordinal);
    }

    [Fact]
    public void No_daprd_is_said_in_one_line_with_the_command_that_installs_it()
    {
        var error = Assert.Throws<MeshStartException>(() => DaprRuntime.Locate(_ => null));

        Assert.Contains("dapr init --slim", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_daprd_without_scheduler_is_refused_because_of_workflows()
    {
        _installed.With("daprd").With("placement");

        var error = Assert.Throws<MeshStartException>(() => DaprRuntime.Locate(_ => _installed.Path));

        Assert.Contains("scheduler not found beside", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_that_has_everything_passes()
    {
        _installed.Whole("1.17.3");

        DaprRequirements.ThrowIfUnmet(DaprRuntime.Locate(_ => _installed.Path), _installed.Redis);
    }

    [Theory]
    [InlineData("1.17.2", InstalledRuntime.AllFlags, "1.17.2 does not stream")]
    [InlineData("edge", InstalledRuntime.AllFlags, "tells no version")]
    [InlineData("1.18.0", "--max-body-size --scheduler-host-address", "no --read-buffer-size")]
    [InlineData("1.18.0", "--max-body-size --read-buffer-size", "workflows need the scheduler")]
    public void What_a_daprd_lacks_is_named(string version, string flags, string expected)
    {
        _installed.Whole(version, flags);

        var error = Assert.Throws<MeshStartException>(
            () => DaprRequirements.ThrowIfUnmet(DaprRuntime.Locate(_ => _installed.Path), _installed.Redis));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_broker_that_does_not_answer_is_named_with_everything_else_in_one_line()
    {
        _installed.Whole("1.16.4");
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var error = Assert.Throws<MeshStartException>(
            () => DaprRequirements.ThrowIfUnmet(DaprRuntime.Locate(_ => _installed.Path), ("127.0.0.1", port)));

        Assert.Contains("1.16.4", error.Message, StringComparison.Ordinal);
        Assert.Contains($"no Redis at 127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void The_shipped_component_says_where_Redis_is() => Assert.Equal(
        ("localhost", 6379), RedisAddress.Read(Path.Combine(Repository.Root, "components", "redis", "statestore.yaml")));

    [Fact]
    public void An_engine_that_is_not_known_is_refused()
    {
        var configuration = new ConfigurationManager { ["sidecar"] = "istio" };

        var error = Assert.Throws<MeshStartException>(
            () => MeshSettings.From(configuration, Path.Combine(Repository.Root, "AppHost")));

        Assert.Contains("'istio' is neither 'embedded' nor 'daprd'", error.Message, StringComparison.Ordinal);
    }
}
