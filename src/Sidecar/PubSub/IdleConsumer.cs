namespace McpMesh.Sidecar.PubSub;

/// <summary>A consumer that nobody runs.</summary>
/// <param name="Seen">When one was last seen, in Unix milliseconds.</param>
/// <param name="InHand">Messages that it had taken and never settled.</param>
internal sealed record IdleConsumer(string Consumer, string Topic, long Seen, int InHand);
