using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The pub/sub API's errors, in Dapr's words.</summary>
internal static class PubSubErrors
{
    public const string PublishCode = "ERR_PUBSUB_PUBLISH_MESSAGE";

    public static ApiException NotConfigured(string name, IReadOnlyDictionary<string, string>? request = null) => new(Error(
        400, "ERR_PUBSUB_NOT_CONFIGURED", "DAPR_PUBSUB_NOT_CONFIGURED", $"pubsub {name} is not configured", name, request)
        with
    { ResourceType = null });

    public static ApiException NotFound(string name, IReadOnlyDictionary<string, string>? request = null) => new(Error(
        404, "ERR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", $"pubsub {name} is not found", name, request) with
    { ResourceType = null });

    public static ApiException EmptyName(IReadOnlyDictionary<string, string>? request = null) => new(Error(
        404, "ERR_PUBSUB_EMPTY", "DAPR_PUBSUB_NAME_EMPTY", "pubsub name is empty", "", request));

    public static ApiException EmptyTopic(string name, IReadOnlyDictionary<string, string>? request = null) => new(Error(
        404, "ERR_TOPIC_NAME_EMPTY", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", $"topic is empty in pubsub {name}", name, request));

    public static ApiException Forbidden(string name, string topic, string appId)
    {
        var message = $"topic {topic} is not allowed for app id {appId}";
        return new(Error(403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN", message, name, OfTopic(topic, message)));
    }

    public static ApiException SubscriptionForbidden(string name, string topic)
    {
        var message = $"subscription to topic '{topic}' on pubsub '{name}' is not allowed";
        return new(Error(403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN", message, name, OfTopic(topic, message)));
    }

    public static ApiException Publish(string name, string topic, string problem) => new(Error(
        500, PublishCode, "DAPR_PUBSUB_PUBLISH_MESSAGE", $"error when publishing to topic {topic} in pubsub {name}: {problem}", name,
        OfTopic(topic, problem)));

    /// <param name="request">The metadata that holds the value.</param>
    public static ApiException Metadata(string name, string problem, IReadOnlyDictionary<string, string> request) => new(Error(
        400, "ERR_PUBSUB_REQUEST_METADATA", "DAPR_PUBSUB_METADATA_DESERIALIZATION", $"failed deserializing metadata. Error: {problem}",
        name, request));

    /// <summary>The body of a bulk is not what it should be.</summary>
    public static ApiException Unmarshal(string name, string topic, string appId, string problem) => new(Error(
        400, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_UNMARSHAL_EVENTS",
        $"error when unmarshaling the request for topic {topic} pubsub {name}: {problem}", name, OfApp(appId, null)));

    /// <summary>An entry's data does not go with its content type.</summary>
    public static ApiException MarshalEnvelope(string name, string topic, string appId, string problem) => new(Error(
        400, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_MARSHAL_ENVELOPE",
        $"error when marshalling cloud event envelope for topic {topic} pubsub {name}: {problem}", name, OfApp(appId, problem)));

    /// <summary>An entry's id is missing or another's.</summary>
    public static ApiException MarshalEvents(string name, string topic, string appId)
    {
        const string problem = "entryId is duplicated or not present for entry";
        return new(Error(
            400, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_MARSHAL_EVENTS",
            $"error marshaling events to bytes for topic {topic} pubsub {name}. error: {problem}", name, OfApp(appId, problem)));
    }

    public static ApiException Envelope(string name, string appId, string problem) => new(Error(
        500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "DAPR_PUBSUB_CLOUD_EVENT_CREATION", "cannot create cloudevent", name, OfApp(appId, problem)));

    private static Dictionary<string, string> OfTopic(string topic, string error) => new() { ["topic"] = topic, ["error"] = error };

    private static Dictionary<string, string> OfApp(string appId, string? error)
    {
        var metadata = new Dictionary<string, string> { ["appID"] = appId };
        if (error is not null) metadata["error"] = error;
        return metadata;
    }

    private static ApiError Error(
        int status, string code, string reason, string message, string name, IReadOnlyDictionary<string, string>? metadata) =>
        new(status, code, message)
        {
            Reason = reason,
            Metadata = metadata,
            ResourceType = "pubsub",
            ResourceName = name,
            ResourceDescription = message,
        };
}
