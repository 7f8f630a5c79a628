using Aspire.Hosting.ApplicationModel;

namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>The sidecar of a resource, as part of the model.</summary>
public interface IDaprSidecarResource : IResource, IResourceWithWaitSupport
{
}
