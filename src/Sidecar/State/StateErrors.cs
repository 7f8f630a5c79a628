using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.State;

/// <summary>The state API's errors, in Dapr's words.</summary>
internal static class StateErrors
{
    public static ApiException NotConfigured(string store, string appId) =>
        OfApp(500, "ERR_STATE_STORE_NOT_CONFIGURED", "DAPR_STATE_NOT_CONFIGURED", $"state store {store} is not configured", appId);

    public static ApiException NotFound(string store, string appId) =>
        OfApp(400, "ERR_STATE_STORE_NOT_FOUND", "DAPR_STATE_NOT_FOUND", $"state store {store} is not found", appId);

    public static ApiException IllegalKey(string key, string store)
    {
        var message = $"input key/keyPrefix '{key}' can't contain '{KeyPrefix.Separator}'";
        var error = OfStore(400, "ERR_MALFORMED_REQUEST", "DAPR_STATE_ILLEGAL_KEY", message, store);
        return new(error with { FieldViolation = (key, message) });
    }

    public static ApiException QueryNotSupported(string store) => new(OfStore(
        500, "ERR_STATE_STORE_NOT_SUPPORTED", "DAPR_STATE_QUERYING_NOT_SUPPORTED", "state store does not support querying", store));

    public static ApiException Save(string store, Exception error) =>
        new(new(StatusOf(error), "ERR_STATE_SAVE", $"failed saving state in state store {store}: {error.Message}"));

    public static ApiException Delete(string key, Exception error) =>
        new(new(StatusOf(error), "ERR_STATE_DELETE", $"failed deleting state with key {key}: {error.Message}"));

    public static ApiException BulkDelete(string store, Exception error) =>
        new(new(StatusOf(error), "ERR_STATE_BULK_DELETE", $"failed deleting state in state store {store}: {error.Message}"));

    public static ApiException OperationNotSupported(string? operation) =>
        new(new(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {operation} not supported"));

    public static ApiException Get(string key, string store, Exception error) =>
        new(new(500, "ERR_STATE_GET", $"fail to get {key} from state store {store}: {error.Message}"));

    /// <summary>Dapr answers every failure of a transaction, an ETag's included, with 500.</summary>
    public static ApiException Transaction(Exception error) =>
        new(new(500, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {error.Message}"));

    private static int StatusOf(Exception error) => error is EtagMismatchException ? 409 : 500;

    private static ApiException OfApp(int status, string code, string reason, string message, string appId) =>
        new(new(status, code, message) { Reason = reason, Metadata = new Dictionary<string, string> { ["appID"] = appId } });

    private static ApiError OfStore(int status, string code, string reason, string message, string store) =>
        new(status, code, message) { Reason = reason, ResourceType = "state", ResourceName = store };
}
