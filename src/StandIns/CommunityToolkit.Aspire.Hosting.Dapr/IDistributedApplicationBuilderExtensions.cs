using Aspire.Hosting.Execution;
using CommunityToolkit.Aspire.Hosting.Dapr;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aspire.Hosting;

/// <summary>Adds Dapr to an application.</summary>
public static class IDistributedApplicationBuilderExtensions
{
    /// <summary>Adds Dapr; calling it again only adds options.</summary>
    public static IDistributedApplicationBuilder AddDapr(this IDistributedApplicationBuilder builder, Action<DaprOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configure is not null) builder.Services.Configure(configure);
        builder.Services.AddOptions<DaprOptions>();
        builder.Services.TryAddSingleton(new SidecarHost(builder.AppHostDirectory));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelPreparation, SidecarPreparation>());
        return builder;
    }
}
