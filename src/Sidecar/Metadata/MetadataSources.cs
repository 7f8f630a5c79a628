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
    ExternalInvocation External, ResiliencyPolicies Policies);
