using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>A configuration file that cannot be used; carries every error found.</summary>
public sealed class MeshConfigurationException(ImmutableArray<MeshConfigurationError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All errors, in file order.</summary>
    public ImmutableArray<MeshConfigurationError> Errors { get; } = errors;
}
