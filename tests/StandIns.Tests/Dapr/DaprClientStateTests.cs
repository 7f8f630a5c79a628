using System.Text;
using Dapr;
using Dapr.Client;

namespace StandIns.Tests.Dapr;

public sealed class DaprClientStateTests : IAsyncLifetime
{
    private const string Store = "statestore";
    private DocumentedSidecar _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await DocumentedSidecar.StartAsync();
        _client = _sidecar.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task A_missing_key_has_the_default_value_and_an_empty_etag()
    {
        var (value, etag) = await _client.GetStateAndETagAsync<Order?>(Store, "nothing");

        Assert.Null(value);
        Assert.Equal(string.Empty, etag);
        Assert.Equal(0, await _client.GetStateAsync<int>(Store, "nothing"));
    }

    [Fact]
    public async Task What_was_saved_is_read_back_with_web_json()
    {
        await _client.SaveStateAsync(Store, "a/b c", new Order("x", 2));

        Assert.Equal(new Order("x", 2), await _client.GetStateAsync<Order>(Store, "a/b c"));
        var save = _sidecar.Received.First();
        Assert.Equal("""[{"key":"a/b c","value":{"item":"x","count":2}}]""", save.Body);
        Assert.Equal("/v1.0/state/statestore/a%2Fb%20c", _sidecar.Received.Last().Target);
        Assert.Equal(DocumentedSidecar.Token, save.Headers["dapr-api-token"]);
        Assert.StartsWith("dapr-sdk-dotnet/", save.Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_of_two_writers_with_one_etag_wins()
    {
        await _client.SaveStateAsync(Store, "k", 1);
        var (_, etag) = await _client.GetStateAndETagAsync<int>(Store, "k");

        Assert.True(await _client.TrySaveStateAsync(Store, "k", 2, etag));
        Assert.False(await _client.TrySaveStateAsync(Store, "k", 3, etag));
        Assert.False(await _client.TryDeleteStateAsync(Store, "k", etag));
        Assert.Equal(2, await _client.GetStateAsync<int>(Store, "k"));
    }

    [Fact]
    public async Task An_invalid_etag_is_an_error_and_not_a_lost_race()
    {
        await _client.SaveStateAsync(Store, "k", 1);

        await Assert.ThrowsAsync<DaprException>(() => _client.TrySaveStateAsync(Store, "k", 2, string.Empty));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _client.TrySaveStateAsync(Store, "k", 2, null!));
    }

    [Fact]
    public async Task An_entry_saves_and_deletes_under_its_own_etag()
    {
        await _client.SaveStateAsync(Store, "k", new Order("x", 1));
        var mine = await _client.GetStateEntryAsync<Order>(Store, "k");
        var theirs = await _client.GetStateEntryAsync<Order>(Store, "k");

        mine.Value = mine.Value with { Count = 5 };
        Assert.True(await mine.TrySaveAsync());
        Assert.False(await theirs.TryDeleteAsync());
        await theirs.DeleteAsync();

        Assert.Null(await _client.GetStateAsync<Order?>(Store, "k"));
    }

    [Fact]
    public async Task Options_and_metadata_reach_the_sidecar()
    {
        var options = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };
        var metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "60" };
        await _client.SaveStateAsync(Store, "k", 1, options, metadata);
        await _client.DeleteStateAsync(Store, "k", options, metadata);

        Assert.Equal(
            """[{"key":"k","value":1,"options":{"concurrency":"first-write","consistency":"strong"},"metadata":{"ttlInSeconds":"60"}}]""",
            _sidecar.Received.First().Body);
        Assert.Equal(
            "/v1.0/state/statestore/k?consistency=strong&concurrency=first-write&metadata.ttlInSeconds=60",
            _sidecar.Received.Last().Target);
    }

    [Fact]
    public async Task A_bulk_read_returns_missing_keys_empty_and_refuses_an_empty_list()
    {
        await _client.SaveBulkStateAsync(Store, [new SaveStateItem<int>("a", 1, null!), new SaveStateItem<int>("b", 2, null!)]);

        var raw = await _client.GetBulkStateAsync(Store, ["a", "c"], parallelism: 4);
        var typed = await _client.GetBulkStateAsync<int>(Store, ["a", "b", "c"], parallelism: null);

        Assert.Equal([("a", "1", "1"), ("c", "", "")], raw.Select(item => (item.Key, item.Value, item.ETag)));
        Assert.Equal([1, 2, 0], typed.Select(item => item.Value));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetBulkStateAsync(Store, [], parallelism: null));
        await Assert.ThrowsAsync<DaprException>(() => _client.GetBulkStateAsync(Store, ["broken"], parallelism: null));
    }

    [Fact]
    public async Task A_transaction_with_one_stale_etag_changes_nothing()
    {
        await _client.SaveStateAsync(Store, "a", 1);
        StateTransactionRequest[] stale =
        [
            new("b", Encoding.UTF8.GetBytes("2"), StateOperationType.Upsert),
            new("a", Encoding.UTF8.GetBytes("2"), StateOperationType.Upsert, etag: "7"),
        ];
        await Assert.ThrowsAsync<DaprException>(() => _client.ExecuteStateTransactionAsync(Store, stale));
        Assert.Equal(0, await _client.GetStateAsync<int>(Store, "b"));

        await _client.ExecuteStateTransactionAsync(
            Store, [stale[0], new StateTransactionRequest("a", null, StateOperationType.Delete, etag: "1")]);

        Assert.Equal(2, await _client.GetStateAsync<int>(Store, "b"));
        Assert.Equal(0, await _client.GetStateAsync<int>(Store, "a"));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.ExecuteStateTransactionAsync(Store, []));
    }

    [Fact]
    public async Task A_bulk_delete_deletes_every_key()
    {
        await _client.SaveStateAsync(Store, "a", 1);
        await _client.SaveStateAsync(Store, "b", 1);

        await _client.DeleteBulkStateAsync(Store, [new BulkDeleteStateItem("a", null!), new BulkDeleteStateItem("b", "1")]);

        Assert.All(await _client.GetBulkStateAsync(Store, ["a", "b"], parallelism: null), item => Assert.Empty(item.Value));
    }

    [Fact]
    public async Task A_refusal_carries_the_error_code_of_the_sidecar()
    {
        var error = await Assert.ThrowsAsync<DaprException>(() => _client.GetStateAsync<int>("nowhere", "k"));

        Assert.Equal("State operation failed: the Dapr endpoint indicated a failure. See InnerException for details.", error.Message);
        var cause = Assert.IsType<DaprApiException>(error.InnerException);
        Assert.Equal("ERR_STATE_STORE_NOT_FOUND", cause.ErrorCode);
        Assert.False(cause.IsTransient);
    }

    [Fact]
    public async Task A_value_of_another_shape_is_an_error()
    {
        await _client.SaveStateAsync(Store, "k", "text");

        await Assert.ThrowsAsync<DaprException>(() => _client.GetStateAsync<Order>(Store, "k"));
    }

    private sealed record Order(string Item, int Count);
}
