using System.Security.Cryptography;
using System.Text;
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
    string? apiToken,
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
    private readonly byte[]? _apiToken = apiToken is null ? null : Encoding.UTF8.GetBytes(apiToken);

    public Task HandleAsync(HttpContext context)
    {
        var path = RequestTarget.PathOf(context);
        if (!IsAuthorized(context, path)) return RefuseAsync(context);
        if (path.StartsWith(Invoke, StringComparison.Ordinal)) return invocation.InvokeByPathAsync(context, path[Invoke.Length..]);
        if (!path.StartsWith(Root, StringComparison.Ordinal) && !path.StartsWith("/v1.0-alpha1/", StringComparison.Ordinal)
            && !path.StartsWith("/v1.0-beta1/workflows/", StringComparison.Ordinal))
        {
            return invocation.InvokeByHeaderAsync(context, path);
        }

        return Route(context, PathSegments.Split(path, path.IndexOf('/', 1)), path) ?? invocation.InvokeByHeaderAsync(context, path);
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

    private bool IsAuthorized(HttpContext context, string path)
    {
        if (_apiToken is null) return true;
        if (context.Request.Method == "GET" && path is ("/v1.0/healthz" or "/v1.0/healthz/outbound")) return true;
        var given = context.Request.Headers[HopHeaders.ApiToken].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _apiToken);
    }

    private static async Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/plain";
        await context.Response.BodyWriter.WriteAsync("invalid api token"u8.ToArray());
    }
}
