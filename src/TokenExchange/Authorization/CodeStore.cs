using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Authorization;

/// <inheritdoc/>
internal sealed class CodeStore(IStateStore state) : ICodeStore
{
    // Longer than a code and than the tokens it gave: a second use is recognised as long as there is something to revoke.
    private static readonly TimeSpan Remember = TimeSpan.FromMinutes(15);

    public async ValueTask AddAsync(string code, AuthorizationCode value, CancellationToken cancellationToken) =>
        await state.TryAddAsync(Key(code), value, Remember, cancellationToken);

    public ValueTask<Stored<AuthorizationCode>?> FindAsync(string code, CancellationToken cancellationToken) =>
        state.GetAsync<AuthorizationCode>(Key(code), cancellationToken);

    public ValueTask<bool> TryUseAsync(string code, AuthorizationCode used, string etag, CancellationToken cancellationToken) =>
        state.TryReplaceAsync(Key(code), used, etag, Remember, cancellationToken);

    private static string Key(string code) => StateKey.Of("code", code);
}
