namespace McpMesh.Sidecar.State;

/// <summary>An upsert, or with a null <see cref="Value"/> a delete.</summary>
/// <param name="Etag">The version that must be the current one; null when the caller names none.</param>
/// <param name="FirstWrite">Without an ETag: the item must not exist yet.</param>
/// <param name="TtlSeconds">Null or -1 for never.</param>
internal sealed record StateChange(string Key, byte[]? Value, string? Etag, bool FirstWrite, long? TtlSeconds)
{
    /// <summary>The rules that memory and SQLite share. Expired items count as absent.</summary>
    /// <exception cref="EtagMismatchException">The precondition does not hold.</exception>
    public void CheckAgainst(string? currentEtag)
    {
        if (Etag is not null)
        {
            if (currentEtag is null) throw new EtagMismatchException("the item does not exist");
            if (!string.Equals(Etag, currentEtag, StringComparison.Ordinal)) throw new EtagMismatchException("the item has changed");
        }
        else if (FirstWrite && Value is not null && currentEtag is not null)
        {
            throw new EtagMismatchException("the item already exists");
        }
    }

    /// <summary>Unix milliseconds of the expiry, null for never.</summary>
    public long? ExpiryAfter(long nowMilliseconds) => TtlSeconds is > 0 ? nowMilliseconds + TtlSeconds * 1000 : null;
}
