using System.Text;
using Dapr;
using Dapr.Client;

namespace StandIns.Tests.Dapr;

public sealed class DaprClientStateTests : DaprClientTest
{
    private const string Store = "statestore";

    [Fact]
    public async Task A_missing_key_has_the_default_value_and_an_empty_etag()
    {
        var (value, etag) = await Client.GetStateAndETagAsync<Order?>(Store, "nothing");

        Assert.Null(value);
        Assert.Equal(string.Empty, etag);
        Assert.Equal(0, await Client.GetStateAsync<int>(Store, "nothing"));
    }

    [Fact]
    public async Task What_was_saved_is_read_back_with_web_json()
    {
        await Client.SaveStateAsync(Store, "a/b c", new Order("x", 2));

        Assert.Equal(new Order("x", 2), await Client.GetStateAsync<Order>(Store, "a/b c"));
        var save = Sidecar.Received.First();
        Assert.Equal("""[{"key":"a/b c","value":{"item":"x","count":2}}]""", save.Body);
        Assert.Equal("/v1.0/state/statestore/a%2Fb%20c", Sidecar.Received.Last().Target);
        Assert.Equal(DocumentedSidecar.Token, save.Headers["dapr-api-token"]);
        Assert.StartsWith("dapr-sdk-dotnet/", save.Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_of_two_writers_with_one_etag_wins()
    {
        await Client.SaveStateAsync(Store, "k", 1);
        var (_, etag) = await Client.GetStateAndETagAsync<int>(Store, "k");

        Assert.True(await Client.TrySaveStateAsync(Store, "k", 2, etag));
        Assert.False(await Client.TrySaveStateAsync(Store, "k", 3, etag));
        Assert.False(await Client.TryDeleteStateAsync(Store, "k", etag));
        Assert.Equal(2, await Client.GetStateAsync<int>(Store, "k"));
    }

    [Fact]
    public async Task An_invalid_etag_is_an_error_and_not_a_lost_race()
    {
        await Client.SaveStateAsync(Store, "k", 1);

        await Assert.ThrowsAsync<DaprException>(() => Client.TrySaveStateAsync(Store, "k", 2, string.Empty));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Client.TrySaveStateAsync(Store, "k", 2, null!));
    }

    [Fact]
    public async Task An_entry_saves_and_deletes_under_its_own_etag()
    {
        await Client.SaveStateAsync(Store, "k", new Order("x", 1));
        var mine = await Client.GetStateEntryAsync<Order>(Store, "k");
        var theirs = await Client.GetStateEntryAsync<Order>(Store, "k");

        mine.Value = mine.Value with { Count = 5 };
        Assert.True(await mine.TrySaveAsync());
        Assert.False(await theirs.TryDeleteAsync());
        await theirs.DeleteAsync();

        Assert.Null(await Client.GetStateAsync<Order?>(Store, "k"));
    }

    [Fact]
    public async Task Options_and_metadata_reach_the_sidecar()
    {
        var options = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };
        var metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "60" };
        await Client.SaveStateAsync(Store, "k", 1, options, metadata);
        await Client.DeleteStateAsync(Store, "k", options, metadata);

        Assert.Equal(
            """[{"key":"k","value":1,"options":{"concurrency":"first-write","consistency":"strong"},"metadata":{"ttlInSeconds":"60"}}]""",
            Sidecar.Received.First().Body);
        Assert.Equal(
            "/v1.0/state/statestore/k?consistency=strong&concurrency=first-write&metadata.ttlInSeconds=60",
            Sidecar.Received.Last().Target);
    }

    [Fact]
    public async Task A_bulk_read_returns_missing_keys_empty_and_refuses_an_empty_list()
    {
        await Client.SaveBulkStateAsync(Store, [new SaveStateItem<int>("a", 1, null!), new SaveStateItem<int>("b", 2, null!)]);

        var raw = await Client.GetBulkStateAsync(Store, ["a", "c"], parallelism: 4);
        var typed = await Client.GetBulkStateAsync<int>(Store, ["a", "b", "c"], parallelism: null);

        Assert.Equal([("a", "1", "1"), ("c", "", "")], raw.Select(item => (item.Key, item.Value, item.ETag)));
        Assert.Equal([1, 2, 0], typed.Select(item => item.Value));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetBulkStateAsync(Store, [], parallelism: null));
        await Assert.ThrowsAsync<DaprException>(() => Client.GetBulkStateAsync(Store, ["broken"], parallelism: null));
    }

    [Fact]
    public async Task A_transaction_with_one_stale_etag_changes_nothing()
    {
        await Client.SaveStateAsync(Store, "a", 1);
        StateTransactionRequest[] stale =
        [
            new("b", Encoding.UTF8.GetBytes("2"), StateOperationType.Upsert),
            new("a", Encoding.UTF8.GetBytes("2"), StateOperationType.Upsert, etag: "7"),
        ];
        await Assert.ThrowsAsync<DaprException>(() => Client.ExecuteStateTransactionAsync(Store, stale));
        Assert.Equal(0, await Client.GetStateAsync<int>(Store, "b"));

        await Client.ExecuteStateTransactionAsync(
            Store, [stale[0], new StateTransactionRequest("a", null, StateOperationType.Delete, etag: "1")]);

        Assert.Equal(2, await Client.GetStateAsync<int>(Store, "b"));
        Assert.Equal(0, await Client.GetStateAsync<int>(Store, "a"));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.ExecuteStateTransactionAsync(Store, []));
    }

    [Fact]
    public async Task A_bulk_delete_deletes_every_key()
    {
        await Client.SaveStateAsync(Store, "a", 1);
        await Client.SaveStateAsync(Store, "b", 1);

        await Client.DeleteBulkStateAsync(Store, [new BulkDeleteStateItem("a", null!), new BulkDeleteStateItem("b", "1")]);

        Assert.All(await Client.GetBulkStateAsync(Store, ["a", "b"], parallelism: null), item => Assert.Empty(item.Value));
    }

    [Fact]
    public async Task A_refusal_carries_the_error_code_of_the_sidecar()
    {
        var error = await Assert.ThrowsAsync<DaprException>(() => Client.GetStateAsync<int>("nowhere", "k"));

        Assert.Equal("State operation failed: the Dapr endpoint indicated a failure. See InnerException for details.", error.Message);
        var cause = Assert.IsType<DaprApiException>(error.InnerException);
        Assert.Equal("ERR_STATE_STORE_NOT_FOUND", cause.ErrorCode);
        Assert.False(cause.IsTransient);
    }

    [Fact]
    public async Task A_value_of_another_shape_is_an_error()
    {
        await Client.SaveStateAsync(Store, "k", "text");

        await Assert.ThrowsAsync<DaprException>(() => Client.GetStateAsync<Order>(Store, "k"));
    }

    private sealed record Order(string Item, int Count);
}
