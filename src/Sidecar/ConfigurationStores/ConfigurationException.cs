namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>A configuration store refused or failed an operation.</summary>
internal sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
