using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Grpc;
using Concurrency = Dapr.Client.Autogen.Grpc.v1.StateOptions.Types.StateConcurrency;

namespace McpMesh.Sidecar.State;

/// <summary>The state methods of the gRPC API. A value is kept as the bytes it came as.</summary>
internal sealed class StateGrpcApi(StateService states)
{
    private const string TtlExpireTime = "ttlExpireTime";

    public void AddTo(DaprService service)
    {
        service.Unary("GetState", GetStateRequest.Parser, GetStateResponse.Parser, GetAsync);
        service.Unary("GetBulkState", GetBulkStateRequest.Parser, GetBulkStateResponse.Parser, GetBulkAsync);
        service.Unary("SaveState", SaveStateRequest.Parser, Empty.Parser, SaveAsync);
        service.Unary("DeleteState", DeleteStateRequest.Parser, Empty.Parser, DeleteAsync);
        service.Unary("DeleteBulkState", DeleteBulkStateRequest.Parser, Empty.Parser, DeleteBulkAsync);
        service.Unary("ExecuteStateTransaction", ExecuteStateTransactionRequest.Parser, Empty.Parser, TransactAsync);
        service.Unary(["QueryStateAlpha1"], QueryStateRequest.Parser, QueryStateResponse.Parser, (request, _, _) =>
            throw StateErrors.QueryNotSupported(states.StoreOf(request.StoreName).Name));
    }

    private async Task<GetStateResponse> GetAsync(GetStateRequest request)
    {
        var response = new GetStateResponse();
        // A missing key is an answer without data, not an error.
        if (await states.FindAsync(states.StoreOf(request.StoreName), request.Key) is { } entry)
        {
            response.Data = UnsafeByteOperations.UnsafeWrap(entry.Value);
            response.Etag = entry.Etag;
            AddExpiry(response.Metadata, entry);
        }

        return response;
    }

    private async Task<GetBulkStateResponse> GetBulkAsync(GetBulkStateRequest request)
    {
        var store = states.StoreOf(request.StoreName);
        if (request.Keys.Count > StateService.MostBulkKeys)
            throw StateRequests.Malformed($"keys: at most {StateService.MostBulkKeys} are taken");
        var response = new GetBulkStateResponse();
        var entries = await states.FindAllAsync(store, request.Keys);
        for (var i = 0; i < entries.Length; i++)
        {
            var item = new BulkStateItem { Key = request.Keys[i] };
            if (entries[i] is { } entry)
            {
                item.Data = UnsafeByteOperations.UnsafeWrap(entry.Value);
                item.Etag = entry.Etag;
                AddExpiry(item.Metadata, entry);
            }

            response.Items.Add(item);
        }

        return response;
    }

    private async Task<Empty> SaveAsync(SaveStateRequest request)
    {
        var store = states.StoreOf(request.StoreName);
        var changes = request.States.Select(item => Upsert(item, store));
        await states.ApplyAsync(store, StateOperations.Set, changes, error => StateErrors.Save(request.StoreName, error));
        return new Empty();
    }

    private async Task<Empty> DeleteAsync(DeleteStateRequest request)
    {
        var store = states.StoreOf(request.StoreName);
        var change = Delete(request.Key, request.Etag, request.Options, store);
        await states.ApplyAsync(store, StateOperations.Delete, [change], error => StateErrors.Delete(request.Key, error));
        return new Empty();
    }

    private async Task<Empty> DeleteBulkAsync(DeleteBulkStateRequest request)
    {
        var store = states.StoreOf(request.StoreName);
        var changes = request.States.Select(item => Delete(item.Key, item.Etag, item.Options, store));
        await states.ApplyAsync(store, StateOperations.BulkDelete, changes, error => StateErrors.BulkDelete(request.StoreName, error));
        return new Empty();
    }

    private async Task<Empty> TransactAsync(ExecuteStateTransactionRequest request)
    {
        var store = states.StoreOf(request.StoreName);
        var changes = request.Operations.Select(operation => operation.OperationType switch
        {
            "upsert" => Upsert(operation.Request ?? new StateItem(), store),
            "delete" when operation.Request is { } item => Delete(item.Key, item.Etag, item.Options, store),
            "delete" => throw StateRequests.Malformed("\"key\" is a required field"),
            var other => throw StateErrors.OperationNotSupported(other),
        });
        await states.ApplyAsync(store, StateOperations.Transaction, changes, StateErrors.Transaction);
        return new Empty();
    }

    private static StateChange Upsert(StateItem item, NamedStateStore store)
    {
        var contentType = item.Metadata.FirstOrDefault(
            entry => entry.Key.Equals("contentType", StringComparison.OrdinalIgnoreCase)).Value;
        if (contentType == "application/json") CheckJson(item.Value);
        return new StateChange(
            StateRequests.CheckedKey(Required(item.Key), store), item.Value.ToByteArray(), item.Etag?.Value,
            IsFirstWrite(item.Options), StateRequests.TtlOf(item.Metadata));
    }

    private static StateChange Delete(string key, Etag? etag, StateOptions? options, NamedStateStore store) => new(
        StateRequests.CheckedKey(Required(key), store), null, etag?.Value, IsFirstWrite(options), null);

    private static void CheckJson(ByteString value)
    {
        var reader = new Utf8JsonReader(value.Span);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException error)
        {
            throw StateRequests.Malformed($"value: contentType is application/json, but {error.Message}");
        }
    }

    private static string Required(string key) =>
        key.Length > 0 ? key : throw StateRequests.Malformed("\"key\" is a required field");

    private static bool IsFirstWrite(StateOptions? options) => options?.Concurrency == Concurrency.ConcurrencyFirstWrite;

    private static void AddExpiry(MapField<string, string> metadata, StateEntry entry)
    {
        if (entry.Expires is { } expires) metadata[TtlExpireTime] = StateRequests.Rfc3339(expires);
    }
}
