using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Authorization;

/// <inheritdoc/>
internal sealed class LoginStore(IStateStore state) : ILoginStore
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public async ValueTask AddAsync(string loginState, LoginTransaction login, CancellationToken cancellationToken) =>
        await state.TryAddAsync(StateKey.Of("login", loginState), login, Life, cancellationToken);

    public async ValueTask<LoginTransaction?> TakeAsync(string loginState, CancellationToken cancellationToken)
    {
        var key = StateKey.Of("login", loginState);
        var stored = await state.GetAsync<LoginTransaction>(key, cancellationToken);
        return stored is not null && await state.TryRemoveAsync(key, stored.ETag, cancellationToken) ? stored.Value : null;
    }
}
