using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.CrossAppAccess;

/// <inheritdoc/>
internal sealed class ReplayStore(IStateStore state) : IReplayStore
{
    public ValueTask<bool> TryRedeemAsync(string issuer, string tokenId, TimeSpan remember, CancellationToken cancellationToken) =>
        state.TryAddAsync(StateKey.Of("redeemed", issuer, tokenId), new Redeemed(), remember, cancellationToken);

    private sealed record Redeemed
    {
        public bool Once { get; init; } = true;
    }
}
