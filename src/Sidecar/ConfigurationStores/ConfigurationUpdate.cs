namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>What a subscription brings: the new values of keys that changed.</summary>
internal sealed record ConfigurationUpdate(string SubscriptionId, IReadOnlyDictionary<string, ConfigurationItem> Items);
