namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>A configuration value as a store has it now.</summary>
internal sealed record ConfigurationItem(string Value, string Version, IReadOnlyDictionary<string, string> Metadata);
