using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A resource whose endpoints are given to others as <c>services__…</c> variables.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints
{
}
