namespace McpMesh.Identity;

/// <summary>Outcome of checking an access token: the token, or one reason that is safe to show to the caller.</summary>
public readonly record struct AccessTokenResult
{
    private AccessTokenResult(AccessToken? token, string? error) => (Token, Error) = (token, error);

    /// <summary>The validated token; null when refused.</summary>
    public AccessToken? Token { get; }

    /// <summary>Why the token was refused, e.g. <c>token expired</c>; null when accepted. Never quotes the token.</summary>
    public string? Error { get; }

    /// <summary>Accepts.</summary>
    public static AccessTokenResult Accept(AccessToken token) => new(token, null);

    /// <summary>Refuses.</summary>
    public static AccessTokenResult Refuse(string error) => new(null, error);
}
