using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Workflows;

namespace McpMesh.Sidecar.Metadata;

/// <summary><c>GET /v1.0/metadata</c> and <c>PUT /v1.0/metadata/{key}</c>.</summary>
internal sealed class MetadataApi(
    SidecarOptions options, IReadOnlyList<ComponentDescription> components, SubscriptionRuntime subscriptions,
    WorkflowRuntime workflows)
{
    /// <summary>The release of Dapr whose API this sidecar follows.</summary>
    public const string RuntimeVersion = "1.18.3";

    private const int MostAttributes = 256;
    private readonly ConcurrentDictionary<string, string> _extended = new(
        [new("daprRuntimeVersion", RuntimeVersion), new("runtime", "mcpmesh-embedded")], StringComparer.Ordinal);

    /// <summary>What the app has said about itself.</summary>
    public IEnumerable<KeyValuePair<string, string>> Extended => _extended;

    /// <exception cref="ApiException">There are too many attributes.</exception>
    public void Set(string key, string value)
    {
        if (_extended.Count >= MostAttributes && !_extended.ContainsKey(key))
            throw new ApiException(ApiError.Malformed($"at most {MostAttributes} metadata attributes are kept"));
        _extended[key] = value;
    }

    public async Task SetAsync(HttpContext context, string key)
    {
        using var body = await RequestBody.ReadAsync(context);
        Set(key, Encoding.UTF8.GetString(body.Memory.Span));
        ApiResponse.NoContent(context);
    }

    public Task GetAsync(HttpContext context) => ApiResponse.WriteJsonAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("id", options.AppId);
        json.WriteString("runtimeVersion", RuntimeVersion);
        json.WriteStartArray("enabledFeatures");
        json.WriteEndArray();
        WriteComponents(json);
        json.WriteStartObject("extended");
        foreach (var (key, value) in _extended) json.WriteString(key, value);
        json.WriteEndObject();
        WriteSubscriptions(json);
        if (options.AppPort > 0) WriteAppConnection(json);
        json.WriteStartObject("actorRuntime");
        json.WriteString("runtimeStatus", "DISABLED");
        json.WriteEndObject();
        json.WriteStartObject("workflows");
        if (workflows.Workers > 0) json.WriteNumber("connectedWorkers", workflows.Workers);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartArray("components");
        foreach (var component in components)
        {
            json.WriteStartObject();
            json.WriteString("name", component.Name);
            json.WriteString("type", component.Type);
            json.WriteString("version", component.Version);
            json.WriteStartArray("capabilities");
            foreach (var capability in component.Capabilities) json.WriteStringValue(capability);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteSubscriptions(Utf8JsonWriter json)
    {
        json.WriteStartArray("subscriptions");
        foreach (var subscription in subscriptions.Subscriptions)
        {
            json.WriteStartObject();
            json.WriteString("pubsubname", subscription.PubSubName);
            json.WriteString("topic", subscription.Topic);
            if (subscription.Metadata.Count > 0)
            {
                json.WriteStartObject("metadata");
                foreach (var (name, value) in subscription.Metadata) json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteStartArray("rules");
            foreach (var rule in subscription.Rules)
            {
                json.WriteStartObject();
                if (rule.Match is not null) json.WriteString("match", rule.Match.Text);
                json.WriteString("path", rule.Path);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (subscription.DeadLetterTopic is not null) json.WriteString("deadLetterTopic", subscription.DeadLetterTopic);
            json.WriteString("type", subscription.Kind.ToString().ToUpperInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteAppConnection(Utf8JsonWriter json)
    {
        json.WriteStartObject("appConnectionProperties");
        json.WriteNumber("port", options.AppPort);
        json.WriteString("protocol", options.AppProtocol);
        json.WriteString("channelAddress", options.AppChannelAddress);
        if (options.AppMaxConcurrency > 0) json.WriteNumber("maxConcurrency", options.AppMaxConcurrency);
        json.WriteEndObject();
    }
}
