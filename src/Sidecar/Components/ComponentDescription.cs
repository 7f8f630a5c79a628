namespace McpMesh.Sidecar.Components;

/// <summary>What the metadata API tells about a component.</summary>
internal sealed record ComponentDescription(string Name, string Type, string Version, IReadOnlyList<string> Capabilities);
