namespace McpMesh.Identity;

/// <summary>
/// Stands for a token that a caller received, for as long as the user's session lives: the way to hop tokens for a call that outlives that
/// token. Worth something only to the app that the token was for.
/// </summary>
/// <param name="Handle">Opaque; never logged.</param>
/// <param name="ExpiresAt">End of the session.</param>
public sealed record Delegation(string Handle, DateTimeOffset ExpiresAt)
{
    /// <summary>Tells the end only.</summary>
    public override string ToString() => $"delegation until {ExpiresAt:O}";
}
