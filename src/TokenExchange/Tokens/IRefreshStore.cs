using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>Keeps refresh token families.</summary>
internal interface IRefreshStore
{
    ValueTask AddAsync(string family, RefreshFamily value, CancellationToken cancellationToken);

    /// <summary>The live family; null when there is none.</summary>
    ValueTask<Stored<RefreshFamily>?> FindAsync(string family, CancellationToken cancellationToken);

    /// <summary>Makes another token the newest; of concurrent uses one gets true.</summary>
    ValueTask<bool> TryRotateAsync(string family, RefreshFamily rotated, string etag, CancellationToken cancellationToken);

    /// <summary>Ends the family: none of its tokens counts any more.</summary>
    ValueTask RevokeAsync(string family, CancellationToken cancellationToken);
}
