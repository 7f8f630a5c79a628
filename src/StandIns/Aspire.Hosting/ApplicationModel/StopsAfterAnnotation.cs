namespace Aspire.Hosting.ApplicationModel;

/// <summary>At shutdown the resource outlives another one: an application drains through its sidecar.</summary>
internal sealed record StopsAfterAnnotation(IResource Resource) : IResourceAnnotation;
