using System.Collections.Immutable;

namespace McpMesh.DevIdp.Organization;

/// <summary>One resource of a <c>crossAppAccess</c> entry.</summary>
internal sealed record ReachableResourceConfiguration
{
    /// <summary>RFC 8707 identifier; compared exactly.</summary>
    public required string Resource { get; init; }

    /// <summary>Scopes by name, or every scope of a server as <c>server.*</c>.</summary>
    public required ImmutableArray<string> Scopes { get; init; }
}
