using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace McpMesh.AuditSink.Tests;

/// <summary>The sink on a real port of this process, called as its sidecar and its readers call it.</summary>
internal sealed class RunningSink : IAsyncDisposable
{
    internal const string AppToken = "test-app-token";

    private readonly WebApplication _app;

    private RunningSink(WebApplication app, string folder)
    {
        _app = app;
        Folder = folder;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    internal string Folder { get; }

    internal HttpClient Http { get; }

    internal static async Task<RunningSink> StartAsync(params (string Name, string? Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("audit-sink-").FullName;
        return await StartAsync(folder, log: null, settings);
    }

    /// <param name="folder">Its data; removed at the end.</param>
    /// <param name="log">Takes what it says.</param>
    /// <param name="settings">Settings beside the usual ones.</param>
    internal static async Task<RunningSink> StartAsync(string folder, ILoggerProvider? log, params (string Name, string? Value)[] settings)
    {
        WebApplication? app = null;
        try
        {
            app = Create(folder, settings);
            if (log is not null) ((ILoggerFactory)app.Services.GetService(typeof(ILoggerFactory))!).AddProvider(log);
            await app.StartAsync();
            return new RunningSink(app, folder);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    internal static AuditEvent Event(string transaction = "txn-1", int second = 0, string? id = null) => new()
    {
        Id = id ?? Guid.CreateVersion7().ToString(),
        Kind = AuditEventKind.Intent,
        Time = DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(second),
        Emitter = "gateway",
        Transaction = transaction,
        Subject = "https://idp.example|dana",
        Operation = "tools/call",
        Method = "logs.read",
    };

    /// <summary>Delivers events as the sidecar does, each in a message of its own.</summary>
    internal Task<string[]> DeliverAsync(params AuditEvent[] events) =>
        DeliverAsync([.. events.Select(auditEvent => Message(JsonSerializer.Serialize(auditEvent)))]);

    /// <summary>A message that holds these events.</summary>
    internal static string Message(params string[] events) =>
        $$$"""{"id":"x","specversion":"1.0","data":{"events":[{{{string.Join(',', events)}}}]}}""";

    /// <summary>Delivers messages as JSON text; the answer is their statuses in order.</summary>
    internal async Task<string[]> DeliverAsync(string[] messages)
    {
        using var response = await PostAsync(messages, AppToken);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return [.. JsonNode.Parse(body)!["statuses"]!.AsArray().Select(status => status!["status"]!.GetValue<string>())];
    }

    internal async Task<HttpResponseMessage> PostAsync(string[] messages, string? token)
    {
        var entries = messages.Select((message, i) =>
            $$"""{"entryId":"{{i}}","contentType":"application/cloudevents+json","metadata":{},"event":{{message}}}""");
        var body = $$"""{"id":"b","topic":"audit-events","pubsubname":"pubsub","metadata":{},"entries":[{{string.Join(',', entries)}}]}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/audit-events")
        {
            Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(body))
            { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        if (token is not null) request.Headers.Add("dapr-api-token", token);
        return await Http.SendAsync(request);
    }

    /// <summary>Ids of the answer to a read.</summary>
    internal async Task<string[]> ReadAsync(string query = "") =>
        IdsOf(await Http.GetStringAsync(new Uri("/events" + query, UriKind.Relative)));

    internal static string[] IdsOf(string events) =>
        [.. JsonNode.Parse(events)!.AsArray().Select(auditEvent => auditEvent!["metadata"]!["uid"]!.GetValue<string>())];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static WebApplication Create(string folder, (string Name, string? Value)[] settings) =>
        AuditSinkApplication.Create([], builder =>
        {
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["MESH_DATA"] = folder,
                ["APP_API_TOKEN"] = AppToken,
            });
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        });
}
