namespace Aspire.Hosting;

/// <summary>What the application host does with the model.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>Runs it on this machine.</summary>
    Run = 0,

    /// <summary>Writes deployment files. The stand-in never does.</summary>
    Publish = 1,
}
