using System.Text.Json;
using Dapr;
using Dapr.Client;

namespace StandIns.Tests.Dapr;

/// <summary>The client against the sidecar that the mesh runs on.</summary>
public sealed class EmbeddedSidecarTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dapr-client-").FullName;
    private EmbeddedSidecar _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        try
        {
            _sidecar = await EmbeddedSidecar.StartAsync("client", appPort: 0, _folder);
            _client = _sidecar.Client();
            await _client.WaitForSidecarAsync();
        }
        catch
        {
            // xunit disposes nothing whose beginning failed.
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_sidecar is not null) await _sidecar.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task State_is_saved_under_etags_in_bulk_and_in_transactions()
    {
        await _client.SaveStateAsync("statestore", "a/b c", 1);
        var (value, etag) = await _client.GetStateAndETagAsync<int>("statestore", "a/b c");
        Assert.Equal(1, value);
        Assert.True(await _client.TrySaveStateAsync("statestore", "a/b c", 2, etag));
        Assert.False(await _client.TrySaveStateAsync("statestore", "a/b c", 3, etag));
        Assert.False(await _client.TryDeleteStateAsync("statestore", "a/b c", etag));

        await _client.ExecuteStateTransactionAsync("statestore",
        [
            new StateTransactionRequest("x", JsonSerializer.SerializeToUtf8Bytes("one"), StateOperationType.Upsert),
            new StateTransactionRequest("a/b c", null, StateOperationType.Delete),
        ]);

        var items = await _client.GetBulkStateAsync<string>("statestore", ["x", "a/b c"], parallelism: null);
        Assert.Equal(["one", null], items.OrderByDescending(item => item.Key).Select(item => item.Value));
        var missing = await _client.GetStateAndETagAsync<string?>("statestore", "a/b c");
        Assert.Equal((null, string.Empty), missing);
    }

    [Fact]
    public async Task Events_secrets_and_metadata_are_served()
    {
        await _client.PublishEventAsync("pubsub", "policy-changed", new { Digest = "sha256:a" });
        Assert.Empty((await _client.BulkPublishEventAsync("pubsub", "audit-events", new[] { 1, 2, 3 })).FailedEntries);
        await Assert.ThrowsAsync<DaprException>(() => _client.PublishEventAsync("nothing", "t", 1));
        Assert.Equal("s3cret", (await _client.GetSecretAsync("secrets", "signing-key"))["signing-key"]);
        await Assert.ThrowsAsync<DaprException>(() => _client.GetSecretAsync("secrets", "nothing"));

        var metadata = await _client.GetMetadataAsync();

        Assert.Equal("client", metadata.Id);
        Assert.Contains(metadata.Components, component => component.Name == "statestore");
    }
}
