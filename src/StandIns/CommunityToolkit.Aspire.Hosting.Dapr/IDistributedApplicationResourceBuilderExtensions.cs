using Aspire.Hosting.ApplicationModel;
using CommunityToolkit.Aspire.Hosting.Dapr;

namespace Aspire.Hosting;

/// <summary>Gives resources sidecars.</summary>
public static class IDistributedApplicationResourceBuilderExtensions
{
    /// <summary>Adds a sidecar to the resource: one process beside each replica.</summary>
    public static IResourceBuilder<T> WithDaprSidecar<T>(this IResourceBuilder<T> builder, string appId) where T : IResource =>
        builder.WithDaprSidecar(new DaprSidecarOptions { AppId = appId });

    /// <summary>Adds a sidecar to the resource: one process beside each replica.</summary>
    public static IResourceBuilder<T> WithDaprSidecar<T>(this IResourceBuilder<T> builder, DaprSidecarOptions? options = null)
        where T : IResource => builder.WithDaprSidecar(sidecar =>
        {
            if (options is not null) sidecar.WithOptions(options);
        });

    /// <summary>Adds a sidecar to the resource: one process beside each replica.</summary>
    public static IResourceBuilder<T> WithDaprSidecar<T>(
        this IResourceBuilder<T> builder, Action<IResourceBuilder<IDaprSidecarResource>> configureSidecar) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureSidecar);
        builder.ApplicationBuilder.AddDapr();
        // Part of the annotation only: the process that runs is added when the application starts.
        var sidecar = builder.ApplicationBuilder.CreateResourceBuilder<IDaprSidecarResource>(
            new DaprSidecarResource($"{builder.Resource.Name}-dapr"));
        configureSidecar(sidecar);
        return builder.WithAnnotation(new DaprSidecarAnnotation(sidecar.Resource), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Sets the options of a sidecar.</summary>
    public static IResourceBuilder<IDaprSidecarResource> WithOptions(
        this IResourceBuilder<IDaprSidecarResource> builder, DaprSidecarOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new DaprSidecarOptionsAnnotation(options), ResourceAnnotationMutationBehavior.Replace);
    }
}
