namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>A configuration component.</summary>
internal sealed record NamedConfigurationStore(string Name, IConfigurationStore Store);
