using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <inheritdoc/>
internal sealed class RefreshStore(IStateStore state, TimeProvider time) : IRefreshStore
{
    public async ValueTask AddAsync(string family, RefreshFamily value, CancellationToken cancellationToken) =>
        await state.TryAddAsync(Key(family), value, value.ExpiresAt - time.GetUtcNow(), cancellationToken);

    public async ValueTask<Stored<RefreshFamily>?> FindAsync(string family, CancellationToken cancellationToken)
    {
        var stored = await state.GetAsync<RefreshFamily>(Key(family), cancellationToken);
        return stored is not null && stored.Value.ExpiresAt > time.GetUtcNow() ? stored : null;
    }

    public ValueTask<bool> TryRotateAsync(string family, RefreshFamily rotated, string etag, CancellationToken cancellationToken) =>
        state.TryReplaceAsync(Key(family), rotated, etag, rotated.ExpiresAt - time.GetUtcNow(), cancellationToken);

    public ValueTask RevokeAsync(string family, CancellationToken cancellationToken) => state.RemoveAsync(Key(family), cancellationToken);

    private static string Key(string family) => StateKey.Of("refresh", family);
}
