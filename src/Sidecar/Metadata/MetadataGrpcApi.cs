using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Grpc;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.PubSub;

namespace McpMesh.Sidecar.Metadata;

/// <summary>GetMetadata, SetMetadata and Shutdown of the gRPC API.</summary>
internal sealed class MetadataGrpcApi(MetadataApi attributes, MetadataSources sources, Action shutdown)
{
    public void AddTo(DaprService service)
    {
        service.Unary("GetMetadata", GetMetadataRequest.Parser, GetMetadataResponse.Parser, _ => Task.FromResult(Describe()));
        service.Unary("SetMetadata", SetMetadataRequest.Parser, Empty.Parser, request =>
        {
            attributes.Set(request.Key, request.Value);
            return Task.FromResult(new Empty());
        });
        service.Unary("Shutdown", ShutdownRequest.Parser, Empty.Parser, _ =>
        {
            shutdown();
            return Task.FromResult(new Empty());
        });
    }

    private GetMetadataResponse Describe()
    {
        var options = sources.Options;
        var response = new GetMetadataResponse
        {
            Id = options.AppId,
            RuntimeVersion = MetadataApi.RuntimeVersion,
            ActorRuntime = Describe(sources.Actors),
            Workflows = new MetadataWorkflows { ConnectedWorkers = sources.Workflows.Workers },
        };
        foreach (var (key, value) in attributes.Extended) response.ExtendedMetadata[key] = value;
        foreach (var component in sources.Components.Descriptions)
        {
            response.RegisteredComponents.Add(new RegisteredComponents
            {
                Name = component.Name,
                Type = component.Type,
                Version = component.Version,
                Capabilities = { component.Capabilities },
            });
        }

        foreach (var name in sources.External.Names) response.HttpEndpoints.Add(new MetadataHTTPEndpoint { Name = name });
        foreach (var name in sources.Policies.Names) response.Resiliencies.Add(new MetadataResiliency { Name = name });
        foreach (var subscription in sources.Subscriptions.Subscriptions) response.Subscriptions.Add(Describe(subscription));
        if (options.AppPort > 0)
        {
            response.AppConnectionProperties = new AppConnectionProperties
            {
                Port = options.AppPort,
                Protocol = options.AppProtocol,
                ChannelAddress = options.AppChannelAddress,
                MaxConcurrency = Math.Max(0, options.AppMaxConcurrency),
                Health = options.HealthCheck is { } check ? Describe(check) : null,
            };
        }

        return response;
    }

    private static ActorRuntime Describe(ActorRuntimeState actors)
    {
        var runtime = new ActorRuntime
        {
            RuntimeStatus = actors.IsRunning
                ? ActorRuntime.Types.ActorRuntimeStatus.Running
                : ActorRuntime.Types.ActorRuntimeStatus.Disabled,
            HostReady = actors.HostReady,
            Placement = actors.Placement,
        };
        foreach (var type in actors.Types) runtime.ActiveActors.Add(new ActiveActorsCount { Type = type });
        return runtime;
    }

    private static AppConnectionHealthProperties Describe(AppHealthCheck check) => new()
    {
        HealthCheckPath = check.Path,
        HealthProbeInterval = GoDuration.Format(check.Interval),
        HealthProbeTimeout = GoDuration.Format(check.Timeout),
        HealthThreshold = check.Threshold,
    };

    private static PubsubSubscription Describe(Subscription subscription)
    {
        var described = new PubsubSubscription
        {
            PubsubName = subscription.PubSubName,
            Topic = subscription.Topic,
            DeadLetterTopic = subscription.DeadLetterTopic ?? "",
            Type = subscription.Kind switch
            {
                SubscriptionKind.Declarative => PubsubSubscriptionType.Declarative,
                SubscriptionKind.Streaming => PubsubSubscriptionType.Streaming,
                _ => PubsubSubscriptionType.Programmatic,
            },
            Rules = new PubsubSubscriptionRules(),
        };
        foreach (var (name, value) in subscription.Metadata) described.Metadata[name] = value;
        foreach (var rule in subscription.Rules)
            described.Rules.Rules.Add(new PubsubSubscriptionRule { Match = rule.Match?.Text ?? "", Path = rule.Path });
        return described;
    }
}
