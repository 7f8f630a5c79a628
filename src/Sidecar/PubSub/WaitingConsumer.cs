namespace McpMesh.Sidecar.PubSub;

/// <summary>A consumer of this process that has nothing to do. One object a wait.</summary>
/// <param name="bell">The topic's word in <see cref="TopicBells"/> before it looked for work.</param>
internal sealed class WaitingConsumer(string consumer, string topic, long bell)
{
    private long _nextDue = -1;

    public string Consumer => consumer;

    public string Topic => topic;

    public long Bell => bell;

    /// <summary>When its next delayed message is due, in Unix milliseconds, as far as it knows; null for none.</summary>
    public long? NextDue
    {
        get => Interlocked.Read(ref _nextDue) is var due and >= 0 ? due : null;
        set => Interlocked.Exchange(ref _nextDue, value ?? -1);
    }
}
