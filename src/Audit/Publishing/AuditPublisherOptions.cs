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

    /// <summary>
    /// Most bytes of one message, which holds as many records as wait and fit. Default 192 KiB: with its envelope a message is taken by
    /// brokers that allow 256 KB, such as the standard tier of Azure Service Bus.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 192 * 1024;

    /// <summary>
    /// Most publishes in flight at once; default 1: what arrives meanwhile makes one large batch, and a batch costs a commit. A broker that
    /// is far away gains from more.
    /// </summary>
    public int MaxConcurrentPublishes { get; set; } = 1;

    /// <summary>How long a publish waits for more records when the one before it held many; default 1 ms, zero for not at all.</summary>
    public TimeSpan GatherTime { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Most bytes of records that wait for a publish; beyond it a record is refused at once. Default 16 MiB.</summary>
    public int MaxQueuedBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most bytes of relaxed records that are not durable yet, retries included. Default 16 MiB.</summary>
    public int MaxRelaxedBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>First pause before failed relaxed records are published again; doubles with every failure. Default 100 ms.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest such pause. Default 5 seconds.</summary>
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(5);
}
