using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Workflows;

namespace McpMesh.Sidecar.Metadata;

/// <summary>What the metadata of both faces is read from, at the moment of the call.</summary>
internal sealed record MetadataSources(
    SidecarOptions Options, LoadedComponents Components, SubscriptionRuntime Subscriptions, WorkflowRuntime Workflows,
    ExternalInvocation External, ResiliencyPolicies Policies)
{
    public ActorRuntimeState Actors => new(Workflows.HasStore, Workflows.Workers == 0 ? [] : [ActorType("workflow"), ActorType("activity")]);

    private string ActorType(string what) => $"dapr.internal.{Options.Namespace}.{Options.AppId}.{what}";
}
