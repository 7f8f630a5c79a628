using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Components;

/// <summary>A component resource (dapr.io/v1alpha1) with its metadata resolved to text.</summary>
internal sealed record Component(string Name, string Type, string Version, string Source, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The value of a metadata item; null when it is not given.</summary>
    public string? Find(string name) => Metadata.TryGetValue(name, out var value) ? value : null;

    /// <exception cref="StartupException">The item is missing or empty.</exception>
    public string Require(string name) =>
        Find(name) is { Length: > 0 } value ? value : throw Invalid($"metadata '{name}' is required and not given");

    public StartupException Invalid(string problem) => new($"{Source}: component {Name} ({Type}): {problem}");
}
