namespace McpMesh.TokenExchange.Authorization;

/// <summary>Keeps sign-ins that are under way.</summary>
internal interface ILoginStore
{
    /// <summary>Keeps for ten minutes.</summary>
    ValueTask AddAsync(string state, LoginTransaction login, CancellationToken cancellationToken);

    /// <summary>Takes out: the second caller gets null.</summary>
    ValueTask<LoginTransaction?> TakeAsync(string state, CancellationToken cancellationToken);
}
