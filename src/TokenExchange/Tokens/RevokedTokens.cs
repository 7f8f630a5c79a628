using McpMesh.Configuration;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <inheritdoc/>
internal sealed class RevokedTokens(IStateStore state, MeshConfiguration mesh) : IRevokedTokens
{
    // A delegation made from a token outlives it and ends with a session at the latest.
    private readonly TimeSpan _remember = mesh.Identity.SessionLifetime + mesh.Identity.AccessTokenLifetime;

    public ValueTask RevokeAsync(string tokenId, CancellationToken cancellationToken) =>
        state.SetAsync(Key(tokenId), new Mark(), _remember, cancellationToken);

    public async ValueTask<bool> IsRevokedAsync(string tokenId, CancellationToken cancellationToken) =>
        await state.GetAsync<Mark>(Key(tokenId), cancellationToken) is not null;

    private static string Key(string tokenId) => StateKey.Of("revoked", tokenId);

    private sealed record Mark
    {
        public bool Revoked { get; init; } = true;
    }
}
