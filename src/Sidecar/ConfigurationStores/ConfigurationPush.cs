using System.Buffers;
using System.Text.Json;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>Updates on their way to an HTTP app: <c>POST /configuration/{store}/{key}</c>, one request a key.</summary>
internal sealed partial class ConfigurationPush(AppChannel app, ResiliencyPolicies policies, ILogger logger)
{
    public bool HasApp => app.Exists;

    /// <summary>What the app does not take, within the component's inbound policy, is logged and lost, as in daprd.</summary>
    public async Task SendAsync(string store, ConfigurationUpdate update, CancellationToken cancellationToken)
    {
        var body = BodyOf(update);
        var policy = policies.ForComponentInbound(store, ComponentKind.Configuration);
        foreach (var key in update.Items.Keys)
        {
            try
            {
                await policy.RunAsync(
                    (path, token) => PostAsync(path, body, token),
                    $"/configuration/{Uri.EscapeDataString(store)}/{Uri.EscapeDataString(key)}", cancellationToken);
            }
            catch (Exception error) when (error is FailedAttemptException or ResiliencyException)
            {
                NotTaken(logger, key, store, error.Message);
            }
        }
    }

    private static ReadOnlyMemory<byte> BodyOf(ConfigurationUpdate update)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", update.SubscriptionId);
            json.WritePropertyName("items");
            ConfigurationJson.Write(json, update.Items);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private async ValueTask<bool> PostAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await app.PostAsync(path, body, "application/json", [], cancellationToken);
        return answer switch
        {
            null => throw new FailedAttemptException("the app takes no connection", null),
            { Status: StatusCodes.Status200OK } => true,
            _ => throw new FailedAttemptException(
                $"error sending configuration item to application, status {answer.Status}", answer.Status),
        };
    }

    [LoggerMessage(80, LogLevel.Error, "error sending configuration item {Key} of {Store} to the app: {Reason}")]
    private static partial void NotTaken(ILogger logger, string key, string store, string reason);
}
