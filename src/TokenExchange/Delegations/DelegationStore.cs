using McpMesh.Identity;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Delegations;

/// <summary>Keeps delegations under the hash of their handle: who reads the store can use none of them.</summary>
internal sealed class DelegationStore(IStateStore state, TimeProvider time)
{
    /// <summary>Saves the claims of a token; the handle to them.</summary>
    public async ValueTask<string> AddAsync(AccessToken token, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var (handle, now) = (RandomSecret.New(), time.GetUtcNow());
        await state.SetAsync(Key(handle), DelegatedSubject.Of(token, now, expiresAt), expiresAt - now, cancellationToken);
        return handle;
    }

    /// <summary>What was delegated; null when the handle is unknown or its time is over.</summary>
    public async ValueTask<DelegatedSubject?> FindAsync(string handle, CancellationToken cancellationToken)
    {
        var stored = await state.GetAsync<DelegatedSubject>(Key(handle), cancellationToken);
        return stored is not null && stored.Value.ExpiresAt > time.GetUtcNow() ? stored.Value : null;
    }

    private static string Key(string handle) => StateKey.Of("delegation", handle);
}
