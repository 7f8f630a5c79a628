namespace McpMesh.Audit.Publishing;

/// <summary>How records reach the topic.</summary>
public sealed class AuditPublisherOptions
{
    /// <summary>Dapr pub/sub component; default <c>pubsub</c>.</summary>
    public string PubSubName { get; set; } = "pubsub";

    /// <summary>Topic; default <c>audit-events</c>.</summary>
    public string Topic { get; set; } = "audit-events";

    /// <summary>Longest time from a record's arrival until it is durable; then its caller is refused. Default 5 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most records in one publish; default 256 (about 0.4 MiB, a tenth of the sidecar's body limit).</summary>
    public int MaxBatchSize { get; set; } = 256;

    /// <summary>
    /// Most publishes in flight at once; default 1: what arrives meanwhile makes one large batch, and a batch costs a commit. A broker that
    /// is far away gains from more.
    /// </summary>
    public int MaxConcurrentPublishes { get; set; } = 1;

    /// <summary>Most records waiting for a publish; beyond it a record is refused at once. Default 8192.</summary>
    public int QueueCapacity { get; set; } = 8192;

    /// <summary>Most relaxed records that are not durable yet, retries included. Default 8192.</summary>
    public int RelaxedCapacity { get; set; } = 8192;

    /// <summary>First pause before failed relaxed records are published again; doubles with every failure. Default 100 ms.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest such pause. Default 5 seconds.</summary>
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(5);
}
