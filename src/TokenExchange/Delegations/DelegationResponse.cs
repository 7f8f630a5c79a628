using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.Delegations;

/// <summary>Success of <c>/delegation</c>.</summary>
internal sealed record DelegationResponse
{
    /// <summary>The handle: a <c>subject_token</c> of <c>/hop</c>.</summary>
    [JsonPropertyName("delegation")]
    public required string Handle { get; init; }

    /// <summary>Seconds until the session ends.</summary>
    [JsonPropertyName("expires_in")]
    public required long ExpiresIn { get; init; }

    public override string ToString() => "delegation response";
}
