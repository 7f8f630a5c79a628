namespace McpMesh.DevIdp.Tokens;

/// <summary>Body of a successful answer (RFC 6749 section 5.1, RFC 8693 section 2.2.1). <c>expires_in</c> is in seconds.</summary>
internal sealed record TokenResponse
{
    public required string AccessToken { get; init; }

    public required string TokenType { get; init; }

    public required int ExpiresIn { get; init; }

    public required string Scope { get; init; }

    public string? IssuedTokenType { get; init; }

    public string? IdToken { get; init; }

    public string? RefreshToken { get; init; }

    /// <summary>Names nothing: a record's default would print the tokens.</summary>
    public override string ToString() => nameof(TokenResponse);
}
