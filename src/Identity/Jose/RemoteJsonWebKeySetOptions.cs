namespace McpMesh.Identity.Jose;

/// <summary>How <see cref="RemoteJsonWebKeySet"/> fetches.</summary>
public sealed record RemoteJsonWebKeySetOptions
{
    /// <summary>After this time keys are fetched anew, so that a withdrawn key is forgotten.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// At most one fetch in this time because of an unknown <c>kid</c> or a failed fetch, so that forged tokens cannot make us hammer
    /// the issuer.
    /// </summary>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same bound while there are no keys at all (the issuer may just be starting).</summary>
    public TimeSpan FirstInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time for one fetch.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
