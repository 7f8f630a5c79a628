namespace Aspire.Hosting.ApplicationModel;

/// <summary>How many processes run for one resource.</summary>
public class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>Number of processes.</summary>
    public int Replicas { get; } = replicas;
}
