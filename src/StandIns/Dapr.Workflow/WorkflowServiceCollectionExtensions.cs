#pragma warning disable CA1034 // The official type is nested.
using System.Text.Json;
using Dapr.Common.Serialization;
using Dapr.Workflow.Registration;
using Dapr.Workflow.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow;

/// <summary>Registers the workflow worker and the workflow client.</summary>
public static class WorkflowServiceCollectionExtensions
{
    /// <summary>Adds a worker that runs no workflows of its own, and <see cref="DaprWorkflowClient"/>.</summary>
    public static IServiceCollection AddDaprWorkflow(this IServiceCollection services) => services.AddDaprWorkflow(_ => { });

    /// <summary>Adds the worker and <see cref="DaprWorkflowClient"/>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Registers workflows and activities.</param>
    /// <param name="lifetime">Of the client.</param>
    public static IServiceCollection AddDaprWorkflow(
        this IServiceCollection services, Action<WorkflowRuntimeOptions> configure, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddDaprWorkflowBuilder(configure, lifetime: lifetime).Services;
    }

    /// <summary>Adds the worker and <see cref="DaprWorkflowClient"/>, and lets their connection and form be chosen.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configureRuntime">Registers workflows and activities.</param>
    /// <param name="configureClient">Configures the client, with services of the application.</param>
    /// <param name="lifetime">Of the client.</param>
    public static DaprWorkflowBuilder AddDaprWorkflowBuilder(
        this IServiceCollection services,
        Action<WorkflowRuntimeOptions>? configureRuntime,
        Action<IServiceProvider, DaprWorkflowClientBuilder>? configureClient = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new WorkflowRuntimeOptions();
        configureRuntime?.Invoke(options);
        services.AddSingleton(options);
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDaprSerializer>(new JsonDaprSerializer());
        services.TryAddSingleton(CreateFactory);
        services.TryAddSingleton(provider => new SidecarChannel(
            provider.GetService<IConfiguration>(), provider.GetRequiredService<IOptions<MessageSizeLimits>>()));
        services.TryAddSingleton<WorkflowItemHandler>();
        services.TryAddSingleton<ActivityItemHandler>();
        services.TryAddSingleton<WorkItemRunner>();
        services.AddHostedService<WorkflowWorker>();
        services.Add(new ServiceDescriptor(
            typeof(DaprWorkflowClient), provider => CreateClient(provider, configureClient), lifetime));
        return new DaprWorkflowBuilder(services);
    }

    private static IWorkflowsFactory CreateFactory(IServiceProvider provider)
    {
        var factory = new WorkflowsFactory();
        foreach (var options in provider.GetServices<WorkflowRuntimeOptions>()) options.ApplyRegistrations(factory);
        return factory;
    }

    private static DaprWorkflowClient CreateClient(
        IServiceProvider provider, Action<IServiceProvider, DaprWorkflowClientBuilder>? configure)
    {
        var builder = new DaprWorkflowClientBuilder(provider.GetService<IConfiguration>())
            .UseChannel(provider.GetRequiredService<SidecarChannel>(), provider.GetRequiredService<TimeProvider>())
            .UseSerializer(provider.GetRequiredService<IDaprSerializer>());
        configure?.Invoke(provider, builder);
        return builder.Build();
    }

    /// <summary>Goes on with the registration.</summary>
    public readonly struct DaprWorkflowBuilder : IDaprWorkflowBuilder
    {
        internal DaprWorkflowBuilder(IServiceCollection services) => Services = services;

        /// <inheritdoc/>
        public IServiceCollection Services { get; }

        /// <summary>Uses another form than JSON.</summary>
        public DaprWorkflowBuilder WithSerializer(IDaprSerializer serializer)
        {
            ArgumentNullException.ThrowIfNull(serializer);
            Services.Replace(ServiceDescriptor.Singleton(serializer));
            return this;
        }

        /// <summary>Uses JSON of other options.</summary>
        public DaprWorkflowBuilder WithJsonSerializer(JsonSerializerOptions jsonOptions)
        {
            ArgumentNullException.ThrowIfNull(jsonOptions);
            return WithSerializer(new JsonDaprSerializer(jsonOptions));
        }

        /// <summary>Takes and sends messages of other sizes than 4 MiB, in bytes; null leaves a size as it is.</summary>
        public DaprWorkflowBuilder WithGrpcMessageSizeLimits(int? maxReceiveMessageSize = null, int? maxSendMessageSize = null)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxReceiveMessageSize ?? 1, nameof(maxReceiveMessageSize));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSendMessageSize ?? 1, nameof(maxSendMessageSize));
            Services.Configure<MessageSizeLimits>(limits =>
            {
                limits.Receive = maxReceiveMessageSize ?? limits.Receive;
                limits.Send = maxSendMessageSize ?? limits.Send;
            });
            return this;
        }
    }
}
