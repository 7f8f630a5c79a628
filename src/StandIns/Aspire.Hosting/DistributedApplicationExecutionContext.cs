namespace Aspire.Hosting;

/// <summary>What the application host is doing.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    /// <summary>The operation.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>Whether the model runs.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>Whether the model is published.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;
}
