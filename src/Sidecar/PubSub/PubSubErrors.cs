using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The pub/sub API's errors, in Dapr's words.</summary>
internal static class PubSubErrors
{
    public static ApiException NotConfigured(string name) =>
        Rich(400, "ERR_PUBSUB_NOT_CONFIGURED", "DAPR_PUBSUB_NOT_CONFIGURED", $"pubsub {name} is not configured", name);

    public static ApiException NotFound(string name) =>
        Rich(404, "ERR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", $"pubsub {name} is not found", name);

    public static ApiException EmptyTopic(string name) =>
        Rich(404, "ERR_TOPIC_NAME_EMPTY", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", $"topic is empty in pubsub {name}", name);

    public static ApiException Forbidden(string name, string topic, string appId) =>
        Rich(403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN", $"topic {topic} is not allowed for app id {appId}", name, topic);

    public static ApiException SubscriptionForbidden(string name, string topic) =>
        Rich(403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN", $"subscription to topic '{topic}' on pubsub '{name}' is not allowed", name,
            topic);

    public static ApiException Publish(string name, string topic, Exception error) =>
        Rich(500, "ERR_PUBSUB_PUBLISH_MESSAGE", "DAPR_PUBSUB_PUBLISH_MESSAGE",
            $"error when publishing to topic {topic} in pubsub {name}: {error.Message}", name, topic, error.Message);

    public static ApiException Metadata(string name, string problem) =>
        Rich(400, "ERR_PUBSUB_REQUEST_METADATA", "DAPR_PUBSUB_METADATA_DESERIALIZATION", problem, name);

    public static ApiException Entries(string name, string problem) =>
        Rich(400, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_UNMARSHAL_EVENTS", problem, name);

    public static ApiException Envelope(string name, string problem) =>
        Rich(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "DAPR_PUBSUB_CLOUD_EVENT_CREATION", $"cannot create cloudevent: {problem}", name);

    private static ApiException Rich(
        int status, string code, string reason, string message, string name, string topic = "", string error = "") =>
        new(new(status, code, message)
        {
            Reason = reason,
            Metadata = new Dictionary<string, string> { ["topic"] = topic, ["error"] = error },
            ResourceType = reason is "DAPR_PUBSUB_NOT_FOUND" or "DAPR_PUBSUB_NOT_CONFIGURED" ? null : "pubsub",
            ResourceName = name,
        });
}
