using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Metadata;

/// <summary><c>GET /v1.0/metadata</c> and <c>PUT /v1.0/metadata/{key}</c>.</summary>
internal sealed class MetadataApi(MetadataSources sources)
{
    /// <summary>The release of Dapr whose API this sidecar follows.</summary>
    public const string RuntimeVersion = "1.18.3";

    private const int MostAttributes = 256;
    private readonly SidecarOptions _options = sources.Options;
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
        json.WriteString("id", _options.AppId);
        json.WriteString("runtimeVersion", RuntimeVersion);
        json.WriteStartArray("enabledFeatures");
        json.WriteEndArray();
        WriteComponents(json);
        json.WriteStartObject("extended");
        foreach (var (key, value) in _extended) json.WriteString(key, value);
        json.WriteEndObject();
        WriteSubscriptions(json);
        WriteNames(json, "httpEndpoints", sources.External.Names);
        WriteNames(json, "resiliencies", sources.Policies.Names);
        if (_options.AppPort > 0) WriteAppConnection(json);
        WriteActorRuntime(json);
        json.WriteStartObject("workflows");
        if (sources.Workflows.Workers > 0) json.WriteNumber("connectedWorkers", sources.Workflows.Workers);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void WriteActorRuntime(Utf8JsonWriter json)
    {
        var actors = sources.Actors;
        json.WriteStartObject("actorRuntime");
        json.WriteString("runtimeStatus", actors.Status);
        if (actors.Types.Count > 0)
        {
            json.WriteStartArray("activeActors");
            foreach (var type in actors.Types)
            {
                json.WriteStartObject();
                json.WriteString("type", type);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("hostReady", actors.HostReady);
        json.WriteString("placement", actors.Placement);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        var all = names.ToArray();
        if (all.Length == 0) return;
        json.WriteStartArray(property);
        foreach (var name in all)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartArray("components");
        foreach (var component in sources.Components.Descriptions)
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
        foreach (var subscription in sources.Subscriptions.Subscriptions)
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
        json.WriteNumber("port", _options.AppPort);
        json.WriteString("protocol", _options.AppProtocol);
        json.WriteString("channelAddress", _options.AppChannelAddress);
        if (_options.AppMaxConcurrency > 0) json.WriteNumber("maxConcurrency", _options.AppMaxConcurrency);
        if (_options.HealthCheck is { } check)
        {
            json.WriteStartObject("health");
            json.WriteString("healthCheckPath", check.Path);
            json.WriteString("healthProbeInterval", GoDuration.Format(check.Interval));
            json.WriteString("healthProbeTimeout", GoDuration.Format(check.Timeout));
            json.WriteNumber("healthThreshold", check.Threshold);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
