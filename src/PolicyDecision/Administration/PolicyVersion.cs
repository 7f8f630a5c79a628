using McpMesh.Policy;

namespace McpMesh.PolicyDecision.Administration;

/// <summary>A version of the policy that is or was in force.</summary>
/// <param name="Engine">The compiled policy.</param>
/// <param name="Body">Canonical JSON, as enforcement points get it.</param>
/// <param name="Since">When it came into force.</param>
internal sealed record PolicyVersion(PolicyEngine Engine, byte[] Body, DateTimeOffset Since)
{
    public string Digest => Engine.Digest;

    /// <summary>HTTP entity tag.</summary>
    public string EntityTag { get; } = $"\"{Engine.Digest}\"";
}
