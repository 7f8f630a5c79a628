using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <inheritdoc/>
internal sealed class RevokedTokens(IStateStore state) : IRevokedTokens
{
    // Longer than any access token lives.
    private static readonly TimeSpan Remember = TimeSpan.FromMinutes(15);

    public ValueTask RevokeAsync(string tokenId, CancellationToken cancellationToken) =>
        state.SetAsync(Key(tokenId), new Mark(), Remember, cancellationToken);

    public async ValueTask<bool> IsRevokedAsync(string tokenId, CancellationToken cancellationToken) =>
        await state.GetAsync<Mark>(Key(tokenId), cancellationToken) is not null;

    private static string Key(string tokenId) => StateKey.Of("revoked", tokenId);

    private sealed record Mark
    {
        public bool Revoked { get; init; } = true;
    }
}
