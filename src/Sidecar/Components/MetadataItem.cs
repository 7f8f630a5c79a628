namespace McpMesh.Sidecar.Components;

/// <summary>One metadata item: exactly one of value, environment variable or secret.</summary>
internal sealed record MetadataItem(string Name, string Source, string? Value, string? EnvRef, SecretKeyRef? Secret);
