namespace McpMesh.Sidecar.PubSub;

/// <summary>A pub/sub component and what this app may do with its topics.</summary>
internal sealed record NamedPubSub(string Name, IMessageBroker Broker, TopicScopes Scopes);
