namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource waits for.</summary>
public enum WaitType
{
    /// <summary>The other runs, and is healthy if it has health checks.</summary>
    WaitUntilHealthy,

    /// <summary>The other has ended with the expected exit code.</summary>
    WaitForCompletion,

    /// <summary>The other runs.</summary>
    WaitUntilStarted,
}
