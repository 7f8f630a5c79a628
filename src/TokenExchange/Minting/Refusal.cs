using McpMesh.Identity;

namespace McpMesh.TokenExchange.Minting;

/// <summary>A token request that was refused.</summary>
/// <param name="Error">OAuth error code.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="ClientId">The client, once authenticated or at least named by a trusted party.</param>
/// <param name="Resource">The resource, once known to be registered.</param>
/// <param name="Subject">The subject token of a hop, once validated.</param>
internal sealed record Refusal(string Error, string Reason, string? ClientId = null, string? Resource = null, AccessToken? Subject = null)
{
    /// <summary>True when nobody proved who asks: anyone could make any number of such refusals.</summary>
    public bool IsUnproven { get; init; }
}
