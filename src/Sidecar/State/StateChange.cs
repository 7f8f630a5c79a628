namespace McpMesh.Sidecar.State;

/// <summary>An upsert, or with a null <see cref="Value"/> a delete.</summary>
/// <param name="Etag">The version that must be the current one; null or empty when the caller names none.</param>
/// <param name="FirstWrite">Without an ETag: the item must not exist yet.</param>
/// <param name="TtlSeconds">Null, 0 or less for never.</param>
internal sealed record StateChange(string Key, byte[]? Value, string? Etag, bool FirstWrite, long? TtlSeconds)
{
    public bool HasEtag => !string.IsNullOrEmpty(Etag);

    /// <summary>Unix milliseconds of the expiry, null for never.</summary>
    public long? ExpiryAfter(long nowMilliseconds) => TtlSeconds is > 0 ? nowMilliseconds + TtlSeconds * 1000 : null;
}
