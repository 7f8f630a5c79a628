using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary><c>/v1.0/configuration/{store}</c>, <c>/subscribe</c> and <c>/{id}/unsubscribe</c>, also under <c>v1.0-alpha1</c>.</summary>
internal sealed class ConfigurationApi(ConfigurationService configuration, ConfigurationPush push)
{
    public async Task GetAsync(HttpContext context, string storeName)
    {
        var store = configuration.StoreOf(storeName);
        var items = await configuration.GetAsync(
            store, KeysOf(context), RequestMetadata.Read(context.Request.Query), context.RequestAborted);
        if (items.Count == 0) ApiResponse.NoContent(context);
        else await ApiResponse.WriteJsonAsync(context, json => ConfigurationJson.Write(json, items));
    }

    public async Task SubscribeAsync(HttpContext context, string storeName)
    {
        var store = configuration.StoreOf(storeName);
        if (!push.HasApp) throw ConfigurationErrors.NoApp();
        var id = await configuration.SubscribeAsync(
            store, KeysOf(context), RequestMetadata.Read(context.Request.Query),
            (update, cancellationToken) => push.SendAsync(store.Name, update, cancellationToken), context.RequestAborted);
        await ApiResponse.WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteEndObject();
        });
    }

    public async Task UnsubscribeAsync(HttpContext context, string storeName, string subscriptionId)
    {
        var store = configuration.StoreOf(storeName);
        try
        {
            await ConfigurationService.UnsubscribeAsync(store, subscriptionId);
            await WriteAsync(context, StatusCodes.Status200OK, json => json.WriteBoolean("ok", true));
        }
        catch (ApiException error)
        {
            // The one error of the API that has no code.
            await WriteAsync(context, error.Error.Status, json => json.WriteString("message", error.Error.Message));
        }
    }

    private static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) => ApiResponse.WriteJsonAsync(
        context,
        json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        },
        status);

    private static string[] KeysOf(HttpContext context) => [.. context.Request.Query["key"].OfType<string>()];
}
