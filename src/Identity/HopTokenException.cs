namespace McpMesh.Identity;

/// <summary>A hop token could not be had: JSON-RPC error 5032 to the caller.</summary>
public sealed class HopTokenException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">OAuth error code, e.g. <c>invalid_grant</c>, <c>invalid_target</c>, <c>login_required</c>,
    /// <c>temporarily_unavailable</c>.</param>
    /// <param name="reason">One sentence for the caller; carries no token.</param>
    /// <param name="signInUrl">Where the user signs in, when that would help (<c>login_required</c>).</param>
    public HopTokenException(string error, string reason, Uri? signInUrl = null, Exception? inner = null) : base(reason, inner) =>
        (Error, SignInUrl) = (error, signInUrl);

    /// <summary>OAuth error code.</summary>
    public string Error { get; }

    /// <summary>Where the user signs in; null when that would not help.</summary>
    public Uri? SignInUrl { get; }
}
