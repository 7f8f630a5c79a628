namespace McpMesh.Sidecar.Components;

/// <summary>Points to one key of a secret.</summary>
internal sealed record SecretKeyRef(string Name, string Key);
