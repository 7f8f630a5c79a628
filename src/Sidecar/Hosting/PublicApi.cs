using McpMesh.Sidecar.AccessControl;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.ConfigurationStores;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metadata;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Workflows.Api;

namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// Routes of the Dapr HTTP API, one line each. What no route takes is an invocation by header, as in daprd.
/// </summary>
internal sealed class PublicApi(
    RequestGate gate,
    ApiAccess access,
    ComponentUses uses,
    ServiceInvocation invocation,
    StateApi state,
    PublishApi publish,
    SecretsApi secrets,
    ConfigurationApi configuration,
    MetadataApi metadata,
    WorkflowHttpApi workflows,
    HealthApi health,
    Action shutdown)
{
    private const string Root = "/v1.0/";
    private const string Invoke = "/v1.0/invoke/";

    public Task HandleAsync(HttpContext context)
    {
        var sent = RequestTarget.PathOf(context);
        var path = RequestTarget.Clean(sent);
        if (gate.Stop(context, path) is { } answered) return answered;
        if (!path.StartsWith(Invoke, StringComparison.Ordinal) && RouteOf(context, path) is { } routed) return routed;
        // As it was sent: a URL as the target has two slashes.
        return access.AllowsHttp("invoke", "v1") ? invocation.InvokeAsync(context, sent) : ApiResponse.PageNotFoundAsync(context);
    }

    private Task? RouteOf(HttpContext context, string path)
    {
        var end = path.IndexOf('/', 1);
        var version = end < 0 ? null : path.AsSpan(1, end - 1) switch
        {
            "v1.0" => "v1",
            "v1.0-alpha1" => "v1alpha1",
            "v1.0-beta1" => "v1beta1",
            _ => null,
        };
        if (version is null) return null;
        var parts = PathSegments.Split(path, end);
        if (!IsOfVersion(parts, version) || !access.AllowsHttp(parts[0], version)) return null;
        // Held until the answer is complete: a component that is replaced meanwhile stays open for it.
        var use = uses.Enter();
        Task? work = null;
        try
        {
            work = Route(context, parts, path);
        }
        finally
        {
            if (work is null || work.IsCompleted) use.Dispose();
        }

        return work is null || work.IsCompleted ? work : HoldAsync(work, use);
    }

    /// <summary>
    /// Each route is there under the versions that daprd has it under, and no other: a list that denies the one must not be got round by
    /// the other.
    /// </summary>
    private static bool IsOfVersion(string[] parts, string version) => (version, parts) switch
    {
        (_, []) => false,
        ("v1", _) => true,
        ("v1alpha1", ["state", _, "query"] or ["publish", "bulk", ..] or ["configuration" or "workflows", ..]) => true,
        ("v1beta1", ["workflows", ..]) => true,
        _ => false,
    };

    private static async Task HoldAsync(Task work, ComponentUses.Use use)
    {
        using (use) await work;
    }

    private Task? Route(HttpContext context, string[] parts, string path)
    {
        var method = context.Request.Method;
        var writes = method is "POST" or "PUT";
        switch (parts)
        {
            case ["state", var store] when writes:
                return state.SaveAsync(context, store);
            case ["state", var store, "bulk"] when writes:
                return state.BulkGetAsync(context, store);
            case ["state", var store, "transaction"] when writes:
                return state.TransactAsync(context, store);
            case ["state", var store, "query"] when writes:
                state.RefuseQuery(store);
                return Task.CompletedTask;
            case ["state", var store, var key] when method == "GET":
                return state.GetAsync(context, store, key);
            case ["state", var store, var key] when method == "DELETE":
                return state.DeleteAsync(context, store, key);
            case ["publish"] or ["publish", "bulk"] when writes:
                throw PubSubErrors.EmptyName();
            case ["publish", "bulk", var pubSub, .. var topic] when writes:
                return publish.PublishBulkAsync(context, pubSub, string.Join('/', topic));
            case ["publish", var pubSub, .. var topic] when writes:
                return publish.PublishAsync(context, pubSub, string.Join('/', topic));
            case ["secrets", var store, var key] when method == "GET":
                return secrets.HandleAsync(context, store, key);
            case ["configuration", var store] when method == "GET":
                return configuration.GetAsync(context, store);
            case ["configuration", var store, "subscribe"] when method == "GET":
                return configuration.SubscribeAsync(context, store);
            case ["configuration", var store, var id, "unsubscribe"] when method == "GET":
                return configuration.UnsubscribeAsync(context, store, id);
            case ["metadata"] when method == "GET":
                return metadata.GetAsync(context);
            case ["metadata", var key] when method == "PUT":
                return metadata.SetAsync(context, key);
            case ["workflows", _, .. var workflow]:
                return workflows.Route(context, workflow);
            case ["healthz"] when method == "GET":
                return health.HandleAsync(context);
            case ["healthz", "outbound"] when method == "GET":
                ApiResponse.NoContent(context); // components are loaded before this port opens
                return Task.CompletedTask;
            case ["shutdown"] when method == "POST" && path.StartsWith(Root, StringComparison.Ordinal):
                ApiResponse.NoContent(context);
                shutdown();
                return Task.CompletedTask;
            default:
                return null;
        }
    }
}
