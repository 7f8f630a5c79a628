namespace McpMesh.Identity;

/// <summary>Gets the token for the next hop from token-exchange; design §4.</summary>
public interface IHopTokenSource
{
    /// <summary>
    /// A token for <paramref name="resource"/> with at most <paramref name="scope"/>, minted because the IdP issued an ID-JAG for
    /// exactly this
    /// hop. Cached per (inbound token, resource, scope), one request at a time per key, renewed before it expires.
    /// </summary>
    /// <param name="inbound">The validated token that the caller received.</param>
    /// <param name="inboundCompact">The same token as received: the <c>subject_token</c>.</param>
    /// <param name="resource">RFC 8707 identifier of the next server.</param>
    /// <param name="scope">Space-separated scopes the method needs.</param>
    /// <exception cref="HopTokenException">The exchange was refused or is not possible.</exception>
    ValueTask<HopToken> GetAsync(AccessToken inbound, string inboundCompact, string resource, string scope,
        CancellationToken cancellationToken);

    /// <summary>
    /// A delegation in place of <paramref name="inbound"/>, for a call that outlives that token. Cached per inbound token, one request at a
    /// time.
    /// </summary>
    /// <param name="inbound">The validated token that the caller received.</param>
    /// <param name="inboundCompact">The same token as received.</param>
    /// <exception cref="HopTokenException">The delegation was refused or is not possible.</exception>
    ValueTask<Delegation> DelegateAsync(AccessToken inbound, string inboundCompact, CancellationToken cancellationToken);

    /// <summary>
    /// As for the token that the delegation was made from, also after that token's end, as long as the user's session lives.
    /// </summary>
    /// <param name="delegation">From <see cref="DelegateAsync"/>, of this app.</param>
    /// <param name="resource">RFC 8707 identifier of the next server.</param>
    /// <param name="scope">Space-separated scopes the method needs.</param>
    /// <exception cref="HopTokenException">The exchange was refused or is not possible.</exception>
    ValueTask<HopToken> GetAsync(Delegation delegation, string resource, string scope, CancellationToken cancellationToken);
}
