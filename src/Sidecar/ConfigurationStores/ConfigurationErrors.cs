using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>The configuration API's errors, in Dapr's words.</summary>
internal static class ConfigurationErrors
{
    public static ApiException NotConfigured() =>
        new(new(500, "ERR_CONFIGURATION_STORE_NOT_CONFIGURED", "configuration stores not configured"));

    public static ApiException NotFound(string store) =>
        new(new(400, "ERR_CONFIGURATION_STORE_NOT_FOUND", $"configuration store {store} not found"));

    public static ApiException NoApp() => new(new(
        500, "ERR_APP_CHANNEL_NIL", "app channel is not initialized. cannot subscribe to configuration updates"));

    public static ApiException Get(IReadOnlyList<string> keys, string store, Exception error) => new(new(
        500, "ERR_CONFIGURATION_GET", $"failed to get {ListOf(keys)} from Configuration store {store}: {error.Message}"));

    public static ApiException Subscribe(IReadOnlyList<string> keys, string store, Exception error) => new(new(
        500, "ERR_CONFIGURATION_SUBSCRIBE", $"failed to subscribe {ListOf(keys)} from Configuration store {store}: {error.Message}"));

    public static ApiException Unsubscribe(string subscriptionId, Exception error) => new(new(
        500, "ERR_CONFIGURATION_UNSUBSCRIBE", $"failed to unsubscribe to configuration request {subscriptionId}: {error.Message}"));

    private static string ListOf(IReadOnlyList<string> keys) => $"[{string.Join(' ', keys)}]";
}
