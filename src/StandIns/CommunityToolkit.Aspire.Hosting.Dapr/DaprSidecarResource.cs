using Aspire.Hosting.ApplicationModel;

namespace CommunityToolkit.Aspire.Hosting.Dapr;

internal sealed class DaprSidecarResource(string name) : Resource(name), IDaprSidecarResource
{
}
