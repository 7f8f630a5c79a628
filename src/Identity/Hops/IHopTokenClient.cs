namespace McpMesh.Identity.Hops;

/// <summary>Asks token-exchange for one hop token or delegation; no cache.</summary>
internal interface IHopTokenClient
{
    /// <exception cref="HopTokenException">The exchange was refused or is not possible.</exception>
    Task<HopToken> ExchangeAsync(HopTokenRequest request, CancellationToken cancellationToken);

    /// <exception cref="HopTokenException">The delegation was refused or is not possible.</exception>
    Task<Delegation> DelegateAsync(string inboundCompact, CancellationToken cancellationToken);
}
