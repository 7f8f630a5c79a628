using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>A new content of the configuration files: either what it says, or why it cannot be used.</summary>
/// <param name="Configuration">The configuration; null when there are errors.</param>
/// <param name="Errors">All errors; empty when there is a configuration.</param>
public sealed record MeshConfigurationChange(MeshConfiguration? Configuration, ImmutableArray<MeshConfigurationError> Errors);
