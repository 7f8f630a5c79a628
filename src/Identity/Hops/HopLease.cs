namespace McpMesh.Identity.Hops;

/// <summary>A hop token and the moment from which a successor is fetched.</summary>
internal sealed record HopLease(HopToken Token, DateTimeOffset RenewFrom)
{
    /// <summary>Renewal starts when less than a fifth of the life, or less than <paramref name="ahead"/>, is left.</summary>
    public static HopLease Of(HopToken token, DateTimeOffset now, TimeSpan ahead)
    {
        var life = token.ExpiresAt - now;
        var margin = TimeSpan.FromTicks(Math.Max(life.Ticks / 5, ahead.Ticks));
        // A token that lives shorter than the margin would be renewed on every call: it is used for half its life instead.
        return new(token, token.ExpiresAt - (margin < life ? margin : life / 2));
    }
}
