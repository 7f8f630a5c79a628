using System.Net;
using System.Net.Sockets;
using Dapr;
using Dapr.Client;

namespace StandIns.Tests.Dapr;

public sealed class DaprClientSidecarTests : DaprClientTest
{
    [Fact]
    public async Task Health_follows_the_sidecar()
    {
        Assert.True(await Client.CheckHealthAsync());
        Sidecar.Healthy = false;

        Assert.False(await Client.CheckHealthAsync());
        Assert.False(await Client.CheckOutboundHealthAsync());
    }

    [Fact]
    public async Task Waiting_ends_when_the_sidecar_becomes_ready()
    {
        Sidecar.Healthy = false;
        var waiting = Client.WaitForSidecarAsync();
        await Sidecar.FirstRequest.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(waiting.IsCompleted);

        Sidecar.Healthy = true;

        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Metadata_names_the_app_and_its_components()
    {
        var metadata = await Client.GetMetadataAsync();

        Assert.Equal("gateway", metadata.Id);
        Assert.Equal("1.18.3", metadata.Extended["daprRuntimeVersion"]);
        var component = Assert.Single(metadata.Components);
        Assert.Equal(("statestore", "state.sqlite", "v1"), (component.Name, component.Type, component.Version));
        Assert.Equal(["ETAG", "TRANSACTIONAL"], component.Capabilities);
        Assert.Empty(metadata.Actors);
    }

    [Fact]
    public async Task Secrets_are_maps_and_a_missing_secret_is_an_error()
    {
        Assert.Equal("s3cret", (await Client.GetSecretAsync("secrets", "signing-key"))["signing-key"]);
        Assert.Equal("s3cret", (await Client.GetBulkSecretAsync("secrets"))["signing-key"]["signing-key"]);
        await Assert.ThrowsAsync<DaprException>(() => Client.GetSecretAsync("secrets", "nothing"));
    }

    [Fact]
    public async Task A_wrong_token_is_an_error()
    {
        using var stranger = Sidecar.Client("wrong");

        var error = await Assert.ThrowsAsync<DaprException>(() => stranger.GetSecretAsync("secrets", "signing-key"));

        Assert.Contains("401", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_sidecar_is_unhealthy_and_fails_every_operation()
    {
        using var client = new DaprClientBuilder().UseHttpEndpoint($"http://127.0.0.1:{ClosedPort()}").Build();

        Assert.False(await client.CheckHealthAsync());
        await Assert.ThrowsAsync<DaprException>(() => client.PublishEventAsync("pubsub", "t", 1));
    }

    [Fact]
    public async Task A_silent_sidecar_fails_the_operation_after_the_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = new DaprClientBuilder()
            .UseHttpEndpoint($"http://{silent.LocalEndpoint}").UseTimeout(TimeSpan.FromMilliseconds(100)).Build();

        var error = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("statestore", "k"));

        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task Cancellation_stays_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Client.GetStateAsync<int>("statestore", "k", cancellationToken: cancelled.Token));
    }

    [Fact]
    public void An_endpoint_of_another_scheme_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new DaprClientBuilder().UseHttpEndpoint("ftp://127.0.0.1").Build());

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
