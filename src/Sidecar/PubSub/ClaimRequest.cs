namespace McpMesh.Sidecar.PubSub;

/// <summary>Who takes how many messages of a topic, and for how long.</summary>
/// <param name="Now">Unix milliseconds.</param>
internal sealed record ClaimRequest(string Consumer, string Topic, string Owner, int Most, long Now, TimeSpan Lease)
{
    public long LeasedUntil => Now + (long)Lease.TotalMilliseconds;
}
