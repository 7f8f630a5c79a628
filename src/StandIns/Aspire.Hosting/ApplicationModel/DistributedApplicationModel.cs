namespace Aspire.Hosting.ApplicationModel;

/// <summary>The application as data: its resources.</summary>
public class DistributedApplicationModel(IResourceCollection resources)
{
    /// <summary>The resources.</summary>
    public IResourceCollection Resources { get; } = resources;
}
