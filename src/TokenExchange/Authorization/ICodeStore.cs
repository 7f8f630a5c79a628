using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Authorization;

/// <summary>Keeps authorization codes.</summary>
internal interface ICodeStore
{
    ValueTask AddAsync(string code, AuthorizationCode value, CancellationToken cancellationToken);

    ValueTask<Stored<AuthorizationCode>?> FindAsync(string code, CancellationToken cancellationToken);

    /// <summary>Marks the code used; of concurrent redemptions one gets true.</summary>
    ValueTask<bool> TryUseAsync(string code, AuthorizationCode used, string etag, CancellationToken cancellationToken);
}
