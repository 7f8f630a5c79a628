using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>What a committed turn means for the rest of the process.</summary>
/// <param name="Row">The instance as it is now.</param>
/// <param name="HasMore">More came in meanwhile: the lease is kept for the next turn.</param>
internal sealed record TurnResult(InstanceRow Row, bool HasMore)
{
    /// <summary>Ids of instances of this app to which something was sent.</summary>
    public bool HasWoken { get; init; }

    /// <summary>Children of this turn that could not be started.</summary>
    public IReadOnlyList<ChildStart> Refused { get; init; } = [];
}
