using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StandIns.Tests.Dapr;

/// <summary>A real HTTP server that answers as Dapr's HTTP API is documented, with state in memory, and remembers what was sent.</summary>
public sealed class DocumentedSidecar : IAsyncDisposable
{
    public const string Token = "sidecar-token";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (JsonNode? Value, int Version)> _state = new();
    private readonly TaskCompletionSource _firstRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DocumentedSidecar(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    /// <summary>Completes with the first request.</summary>
    public Task FirstRequest => _firstRequest.Task;

    public bool Healthy { get; set; } = true;

    public HashSet<string> RefusedEntries { get; } = [];

    public string Url => _app.Urls.Single();

    public DaprClient Client(string token = Token) =>
        new DaprClientBuilder().UseHttpEndpoint(Url).UseDaprApiToken(token).Build();

    public static async Task<DocumentedSidecar> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var sidecar = new DocumentedSidecar(app);
        app.Use(sidecar.AdmitAsync);
        sidecar.MapState();
        sidecar.MapRest();
        await app.StartAsync();
        return sidecar;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync();
        context.Request.Body.Position = 0;
        var rawTarget = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        Received.Enqueue(new ReceivedRequest(
            context.Request.Method,
            rawTarget,
            context.Request.ContentType,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body));
        _firstRequest.TrySetResult();
        if (!context.Request.Path.StartsWithSegments("/v1.0/healthz") && context.Request.Headers["dapr-api-token"] != Token)
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("invalid api token");
            return;
        }
        await next(context);
    }

    private void MapState()
    {
        _app.MapGet("/v1.0/state/{store}/{key}", (string store, string key, HttpResponse response) =>
        {
            if (store != "statestore")
                return Error(400, "ERR_STATE_STORE_NOT_FOUND", $"state store {store} is not found");
            // Routing leaves an encoded slash in a route value; Dapr decodes it.
            if (!_state.TryGetValue(Uri.UnescapeDataString(key), out var entry)) return Results.NoContent();
            response.Headers.ETag = entry.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Results.Text(entry.Value?.ToJsonString() ?? "null", "application/json");
        });
        _app.MapPost("/v1.0/state/{store}", (JsonArray items) =>
        {
            foreach (var item in items.OfType<JsonObject>())
            {
                var refusal = Matches(item["key"]!.GetValue<string>(), item["etag"]?.GetValue<string>());
                if (refusal is not null) return refusal;
                Put(item);
            }
            return Results.NoContent();
        });
        _app.MapPost("/v1.0/state/{store}/bulk", (JsonObject query) => Results.Json(query["keys"]!.AsArray().Select(node =>
        {
            var key = node!.GetValue<string>();
            var item = new JsonObject { ["key"] = key };
            if (key == "broken") item["error"] = "disk on fire";
            else if (_state.TryGetValue(key, out var entry))
                (item["data"], item["etag"]) = (entry.Value?.DeepClone(), $"{entry.Version}");
            return item;
        })));
        _app.MapPost("/v1.0/state/{store}/transaction", (JsonObject body) =>
        {
            var operations = body["operations"]!.AsArray().OfType<JsonObject>().ToArray();
            var stale = operations.Select(operation => operation["request"]!).Any(request =>
                Matches(request["key"]!.GetValue<string>(), request["etag"]?.GetValue<string>()) is not null);
            if (stale) return Error(500, "ERR_STATE_TRANSACTION", "error while executing state transaction: possible etag mismatch");
            foreach (var operation in operations)
            {
                if (operation["operation"]!.GetValue<string>() == "upsert") Put(operation["request"]!.AsObject());
                else _state.TryRemove(operation["request"]!["key"]!.GetValue<string>(), out _);
            }
            return Results.NoContent();
        });
        _app.MapDelete("/v1.0/state/{store}/{key}", (string key, HttpRequest request) =>
        {
            var refusal = Matches(key, request.Headers.TryGetValue("If-Match", out var etag) ? etag.ToString() : null);
            if (refusal is null) _state.TryRemove(key, out _);
            return refusal ?? Results.NoContent();
        });
    }

    private void MapRest()
    {
        _app.MapPost("/v1.0/publish/{pubsub}/{**topic}", (string topic) => topic == "forbidden"
            ? Error(403, "ERR_PUBSUB_FORBIDDEN", "topic forbidden is not allowed for app id test")
            : Results.NoContent());
        _app.MapPost("/v1.0/publish/bulk/{pubsub}/{**topic}", (string topic, JsonArray entries) =>
        {
            if (topic == "down") return Error(500, "ERR_PUBSUB_PUBLISH_MESSAGE", "error when publishing: broker is down");
            var refused = entries.Select(entry => entry!["entryId"]!.GetValue<string>()).Where(RefusedEntries.Contains)
                .Select(id => new { entryId = id, error = "too large" }).ToArray();
            return refused.Length == 0
                ? Results.NoContent()
                : Results.Json(new { failedEntries = refused, errorCode = "ERR_PUBSUB_PUBLISH_MESSAGE" }, statusCode: 500);
        });
        _app.MapGet("/v1.0/secrets/{store}/{key}", (string key) => key == "signing-key"
            ? Results.Json(new Dictionary<string, string> { ["signing-key"] = "s3cret" })
            : Error(500, "ERR_SECRET_GET", $"failed getting secret with key {key} from secret store secrets"));
        _app.MapGet("/v1.0/secrets/{store}/bulk", () => Results.Json(
            new Dictionary<string, Dictionary<string, string>> { ["signing-key"] = new() { ["signing-key"] = "s3cret" } }));
        _app.MapGet("/v1.0/healthz/{**rest}", () => Results.StatusCode(Healthy ? 204 : 500));
        _app.MapGet("/v1.0/metadata", () => Results.Text(
            """
            {"id":"gateway","extended":{"daprRuntimeVersion":"1.18.3"},"components":[{"name":"statestore","type":"state.sqlite",
            "version":"v1","capabilities":["ETAG","TRANSACTIONAL"]}],"subscriptions":[],"runtimeVersion":"1.18.3"}
            """, "application/json"));
        _app.Map("/v1.0/invoke/{app}/method/{**path}", (string app) => app == "moved"
            ? Results.Redirect("http://127.0.0.1:1/elsewhere")
            : Results.Text("from " + app));
    }

    private void Put(JsonObject item) => _state.AddOrUpdate(
        item["key"]!.GetValue<string>(),
        _ => (item["value"]?.DeepClone(), 1),
        (_, old) => (item["value"]?.DeepClone(), old.Version + 1));

    private IResult? Matches(string key, string? etag)
    {
        if (etag is null) return null;
        if (!int.TryParse(etag, out var version)) return Error(400, "ERR_STATE_SAVE", "invalid etag value");
        return _state.TryGetValue(key, out var entry) && entry.Version == version
            ? null
            : Error(409, "ERR_STATE_SAVE", "possible etag mismatch. error from state store: no row matched");
    }

    private static IResult Error(int status, string code, string message) =>
        Results.Json(new { errorCode = code, message }, statusCode: status);
}
