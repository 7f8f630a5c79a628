using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;
using Concurrency = Dapr.Client.Autogen.Grpc.v1.StateOptions.Types.StateConcurrency;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.3 over gRPC.</summary>
[Collection(nameof(FullSidecar))]
public sealed class StateGrpcTests(FullSidecar mesh)
{
    private const string Mismatch = "possible etag mismatch. error from state store…";

    public static TheoryData<string> Stores => ["statestore", "memory"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_value_is_stored_as_the_bytes_it_came_as(string store)
    {
        var bytes = ByteString.CopyFrom(0, 255, 34, 92);
        await SaveAsync(store, new StateItem { Key = "g-bytes", Value = bytes });

        var answer = await GetAsync(store, "g-bytes");
        Assert.Equal(bytes, answer.Data);
        Assert.NotEqual("", answer.Etag);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task JSON_is_the_same_over_both_faces(string store)
    {
        await SaveAsync(store, new StateItem
        {
            Key = "g-json",
            Value = ByteString.CopyFromUtf8("""{"a":1}"""),
            Metadata = { ["contentType"] = "application/json" },
        });

        var answer = await mesh.Http.SendAsync($"GET /v1.0/state/{store}/g-json");
        answer.IsJson(200, """{"a":1}""");
        Assert.Equal((await GetAsync(store, "g-json")).Etag, answer.Headers["ETag"]);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_missing_key_is_OK_with_empty_data_and_etag(string store)
    {
        var answer = await GetAsync(store, "g-missing");

        Assert.Equal((ByteString.Empty, ""), (answer.Data, answer.Etag));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_matching_ETag_writes_and_an_outdated_one_is_Aborted(string store)
    {
        await SaveAsync(store, Item("g-etag", 1));
        var guarded = Item("g-etag", 2);
        guarded.Etag = new Etag { Value = (await GetAsync(store, "g-etag")).Etag };
        await SaveAsync(store, guarded);

        await mesh.Grpc.RefusesAsync(
            DaprApi.SaveState, new SaveStateRequest { StoreName = store, States = { guarded } }, GrpcStatusCode.Aborted,
            $"failed saving state in state store {store}: {Mismatch}");
        await mesh.Grpc.RefusesAsync(
            DaprApi.DeleteState, new DeleteStateRequest { StoreName = store, Key = "g-etag", Etag = guarded.Etag }, GrpcStatusCode.Aborted,
            $"failed deleting state with key g-etag: {Mismatch}");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task First_write_without_an_ETag_is_Aborted_if_the_item_exists(string store)
    {
        var first = Item("g-first-write", 1);
        first.Options = new StateOptions { Concurrency = Concurrency.ConcurrencyFirstWrite };
        await SaveAsync(store, first);

        await mesh.Grpc.RefusesAsync(
            DaprApi.SaveState, new SaveStateRequest { StoreName = store, States = { first } }, GrpcStatusCode.Aborted,
            $"failed saving state in state store {store}: {Mismatch}");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Bulk_reads_and_deletes(string store)
    {
        await SaveAsync(store, Item("g-bulk-1", 1), Item("g-bulk-2", 2));

        var answer = await mesh.Grpc.AskAsync(
            DaprApi.GetBulkState, new GetBulkStateRequest { StoreName = store, Keys = { "g-bulk-1", "g-bulk-missing" }, Parallelism = 10 });
        var items = answer.Items.ToDictionary(item => item.Key);
        Assert.Equal(("1", ""), (items["g-bulk-1"].Data.ToStringUtf8(), items["g-bulk-1"].Error));
        Assert.NotEqual("", items["g-bulk-1"].Etag);
        Assert.Equal(new BulkStateItem { Key = "g-bulk-missing" }, items["g-bulk-missing"]);

        await mesh.Grpc.AskAsync(DaprApi.DeleteBulkState, new DeleteBulkStateRequest
        {
            StoreName = store,
            States = { new StateItem { Key = "g-bulk-1" }, new StateItem { Key = "g-bulk-2" } },
        });
        Assert.True((await GetAsync(store, "g-bulk-2")).Data.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_transaction_is_applied_as_a_whole_and_its_ETag_failure_is_Internal(string store)
    {
        await SaveAsync(store, Item("g-tx-etag", 1));
        var upsert = new TransactionalStateOperation { OperationType = "upsert", Request = Item("g-tx-new", 2) };
        var outdated = new TransactionalStateOperation { OperationType = "upsert", Request = Item("g-tx-etag", 2) };
        outdated.Request.Etag = new Etag { Value = "99999999" };

        await mesh.Grpc.RefusesAsync(
            DaprApi.ExecuteStateTransaction, new ExecuteStateTransactionRequest { StoreName = store, Operations = { upsert, outdated } },
            GrpcStatusCode.Internal, "error while executing state transaction: …");
        Assert.True((await GetAsync(store, "g-tx-new")).Data.IsEmpty);

        var delete = new TransactionalStateOperation { OperationType = "delete", Request = new StateItem { Key = "g-tx-etag" } };
        await mesh.Grpc.AskAsync(
            DaprApi.ExecuteStateTransaction, new ExecuteStateTransactionRequest { StoreName = store, Operations = { upsert, delete } });
        Assert.Equal("2", (await GetAsync(store, "g-tx-new")).Data.ToStringUtf8());
        Assert.True((await GetAsync(store, "g-tx-etag")).Data.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_time_to_live_is_told_in_the_metadata(string store)
    {
        var item = Item("g-ttl", 1);
        item.Metadata["ttlInSeconds"] = "600";
        await SaveAsync(store, item);

        Assert.EndsWith("Z", (await GetAsync(store, "g-ttl")).Metadata["ttlExpireTime"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_store_is_InvalidArgument()
    {
        const string message = "state store nowhere is not found";
        const GrpcStatusCode code = GrpcStatusCode.InvalidArgument;
        await mesh.Grpc.RefusesAsync(DaprApi.GetState, new GetStateRequest { StoreName = "nowhere", Key = "k" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.SaveState, new SaveStateRequest { StoreName = "nowhere" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.DeleteState, new DeleteStateRequest { StoreName = "nowhere", Key = "k" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.GetBulkState, new GetBulkStateRequest { StoreName = "nowhere" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.DeleteBulkState, new DeleteBulkStateRequest { StoreName = "nowhere" }, code, message);
        await mesh.Grpc.RefusesAsync(
            DaprApi.ExecuteStateTransaction, new ExecuteStateTransactionRequest { StoreName = "nowhere" }, code, message);
    }

    [Fact]
    public Task A_key_with_the_separator_is_InvalidArgument() => mesh.Grpc.RefusesAsync(
        DaprApi.SaveState, new SaveStateRequest { StoreName = "memory", States = { Item("a||b", 1) } }, GrpcStatusCode.InvalidArgument,
        "input key/keyPrefix 'a||b' can't contain '||'");

    [Fact]
    public Task An_unknown_operation_of_a_transaction_is_Unimplemented() => mesh.Grpc.RefusesAsync(
        DaprApi.ExecuteStateTransaction,
        new ExecuteStateTransactionRequest
        {
            StoreName = "memory",
            Operations = { new TransactionalStateOperation { OperationType = "increment", Request = Item("k", 1) } },
        },
        GrpcStatusCode.Unimplemented, "operation type increment not supported");

    [Fact]
    public Task A_store_that_cannot_be_queried_is_Internal() => mesh.Grpc.RefusesAsync(
        DaprApi.QueryState, new QueryStateRequest { StoreName = "statestore", Query = "{}" }, GrpcStatusCode.Internal,
        "state store does not support querying");

    private static StateItem Item(string key, int value) => new() { Key = key, Value = ByteString.CopyFromUtf8($"{value}") };

    private Task<Empty> SaveAsync(string store, params StateItem[] items) =>
        mesh.Grpc.AskAsync(DaprApi.SaveState, new SaveStateRequest { StoreName = store, States = { items } });

    private Task<GetStateResponse> GetAsync(string store, string key) =>
        mesh.Grpc.AskAsync(DaprApi.GetState, new GetStateRequest { StoreName = store, Key = key });
}
