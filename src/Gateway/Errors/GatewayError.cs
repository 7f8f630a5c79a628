namespace McpMesh.Gateway.Errors;

/// <summary>Why a request was refused or failed: one JSON-RPC error, its HTTP status, and what goes into its <c>data</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">JSON-RPC error code.</param>
/// <param name="Message">Short, constant text of the code's class.</param>
/// <param name="Reason">One sentence for the caller and the record; quotes no token and no argument.</param>
internal sealed record GatewayError(int Status, int Code, string Message, string Reason)
{
    /// <summary>OAuth error of the challenge: <c>invalid_token</c> or <c>insufficient_scope</c>; empty for a challenge without one; null
    /// for none.</summary>
    public string? Challenge { get; init; }

    /// <summary>Scope of the challenge; null asks for all of the resource's.</summary>
    public string? Scope { get; init; }

    /// <summary>OAuth error code that token exchange gave, e.g. <c>temporarily_unavailable</c>.</summary>
    public string? TokenError { get; init; }

    /// <summary>When a new attempt makes sense; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where the user can sign in.</summary>
    public Uri? Url { get; init; }

    /// <summary>Id of the approval that the call waits for.</summary>
    public string? Approval { get; init; }

    /// <summary>HTTP status that the server behind gave.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>Protocol version that was asked for; the served ones are named beside it.</summary>
    public string? RequestedVersion { get; init; }

    /// <summary>URI of the resource that was not found.</summary>
    public string? ResourceUri { get; init; }

    /// <summary>Value of the header <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>Outcome of the call when it had been let through before: <c>failed</c> or <c>unknown</c> or <c>cancelled</c>.</summary>
    public string Outcome { get; init; } = "failed";
}
