namespace Dapr.Workflow.Worker;

/// <summary>The largest messages to and from the sidecar in bytes; null is 4 MiB, which is also what a sidecar takes by default.</summary>
internal sealed class MessageSizeLimits
{
    public int? Receive { get; set; }

    public int? Send { get; set; }
}
