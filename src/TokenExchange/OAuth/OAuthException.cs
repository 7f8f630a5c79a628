namespace McpMesh.TokenExchange.OAuth;

/// <summary>A refusal in the terms of RFC 6749 section 5.2; becomes the JSON error of the token endpoints.</summary>
/// <param name="error">Error code, e.g. <c>invalid_grant</c>.</param>
/// <param name="description">One sentence for a developer; never quotes a token or a secret.</param>
/// <param name="status">HTTP status.</param>
internal sealed class OAuthException(string error, string description, int status = StatusCodes.Status400BadRequest,
    Exception? inner = null)
    : Exception(description, inner)
{
    public string Error { get; } = error;

    public int Status { get; } = status;

    /// <summary>Where the user signs in, when that would help.</summary>
    public Uri? SignInUrl { get; init; }

    /// <summary>What the answer may not come without: the IdP, the state store, the audit log.</summary>
    public static OAuthException Unavailable(string what, Exception? inner = null) =>
        new("temporarily_unavailable", $"{what} cannot be reached at the moment.", StatusCodes.Status503ServiceUnavailable, inner);

    /// <summary>The client's own quota of the token endpoint is used up.</summary>
    public static OAuthException TooManyRequests() => new(
        "temporarily_unavailable", "The client asks for tokens too often; it must slow down.", StatusCodes.Status429TooManyRequests);
}
