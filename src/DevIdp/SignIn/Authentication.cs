namespace McpMesh.DevIdp.SignIn;

/// <summary>That a user signed in: what every token about the user rests on.</summary>
/// <param name="UserId">The user's <c>sub</c>.</param>
/// <param name="SessionId">The <c>sid</c> claim.</param>
/// <param name="At">The <c>auth_time</c> claim.</param>
internal sealed record Authentication(string UserId, string SessionId, DateTimeOffset At)
{
    /// <summary><c>acr</c>: one factor, something the user knows.</summary>
    public const string ContextClass = "urn:mcpmesh:acr:password";

    /// <summary><c>amr</c> (RFC 8176).</summary>
    public const string Method = "pwd";
}
