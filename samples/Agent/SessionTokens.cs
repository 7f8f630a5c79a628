using ModelContextProtocol.Authentication;

namespace McpMesh.Samples.Agent;

/// <summary>
/// The agent's tokens, shared by its transports: it signs in once, at the gateway, and works on any path with what it got.
/// </summary>
internal sealed class SessionTokens : ITokenCache
{
    private volatile TokenContainer? _tokens;

    /// <summary>The current access token; null before sign-in.</summary>
    public string? AccessToken => _tokens?.AccessToken;

    public ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
    {
        _tokens = tokens;
        return ValueTask.CompletedTask;
    }

    public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_tokens);
}
