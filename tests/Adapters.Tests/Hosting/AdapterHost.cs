using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Identity;
using McpMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpMesh.Adapters.Tests.Hosting;

/// <summary>An adapter on real Kestrel, with hand-written stand-ins only for the token, policy and audit seams.</summary>
internal sealed class AdapterHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AdapterHost(
        WebApplication app, ServedServer served, ReadableTokenValidator tokens, RecordingAuditPublisher audit, FixedPolicySource policy)
    {
        (_app, Served, Tokens, Audit, Policy) = (app, served, tokens, audit, policy);
        Client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };
    }

    public HttpClient Client { get; }

    public ServedServer Served { get; }

    public ReadableTokenValidator Tokens { get; }

    public RecordingAuditPublisher Audit { get; }

    public FixedPolicySource Policy { get; }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<AdapterHost> StartAsync(
        string name, AdapterConfiguration adapter, string[] tools, Action<IServiceCollection>? configure = null, string? dataFolder = null,
        Action<IServiceCollection>? replace = null, TestSwitches? switches = null)
    {
        var served = new ServedServer(name, new ServerConfiguration
        {
            AppId = $"adapter-{name}",
            Resource = $"https://{name}.mesh.example/mcp",
            Tools = [.. tools],
            Adapter = adapter
        }, Mesh());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var tokens = new ReadableTokenValidator();
        var audit = new RecordingAuditPublisher();
        var policy = new FixedPolicySource(tools.Select(tool => $"{name}.{tool}"));
        builder.Services.AddSingleton<IAccessTokenValidator>(tokens);
        builder.Services.AddSingleton<IPolicySource>(policy);
        builder.Services.AddSingleton<IAuditPublisher>(audit);
        configure?.Invoke(builder.Services);
        builder.Services.AddAdapter(served, dataFolder ?? Path.GetTempPath(), switches);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapAdapter();
        await app.StartAsync();
        return new AdapterHost(app, served, tokens, audit, policy);
    }

    public static MeshConfiguration Mesh() => new()
    {
        Organization = "shop.example",
        Identity = new IdentityConfiguration
        {
            Issuer = new Uri("http://127.0.0.1:8081"),
            Idp = new IdentityProviderConfiguration
            {
                Issuer = new Uri("http://127.0.0.1:8090"),
                ClientId = "a",
                ClientSecret = "b",
                Audience = "c",
                GrantClientId = "d"
            },
        },
        Gateway = new GatewayConfiguration { PublicUrl = new Uri("http://127.0.0.1:8080") },
        Limits = new LimitsConfiguration { MaxBodyBytes = 256 * 1024, MaxDepth = 32 },
    };

    /// <summary>A token for this server with all its scopes.</summary>
    public string Token(string subject = "u-sam", string? scopes = null) =>
        ReadableTokenValidator.Write(Served.Resource, subject, scopes ?? string.Join(' ', Served.Server.Tools.Select(Served.MethodOf)));

    /// <summary>A call with a key in <c>_meta</c>, and a progress token if <paramref name="meta"/> adds one.</summary>
    public HttpRequestMessage KeyedCall(string tool, string arguments, string key, string? token = null, string meta = "")
    {
        var parameters = $$$"""
            {"name":"{{{tool}}}","arguments":{{{arguments}}},"_meta":{ "dev.mcpmesh/idempotencyKey":"{{{key}}}",{{{meta}}}
            "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} }}
            """;
        return Request("tools/call", parameters, tool, token);
    }

    /// <summary>A well-formed request of 2026-07-28.</summary>
    public HttpRequestMessage Request(string method, string parameters = "{}", string? name = null, string? token = null)
    {
        var inner = parameters.Trim()[1..^1].Trim();
        var meta = """
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}
            """;
        if (inner.Contains("\"_meta\"", StringComparison.Ordinal)) meta = "";
        var separator = inner.Length > 0 && meta.Length > 0 ? "," : "";
        var body = $$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{ {{{inner}}}{{{separator}}}{{{meta}}} }}""";
        return Raw(body, method, name, token);
    }

    public HttpRequestMessage Raw(string body, string method, string? name = null, string? token = null)
    {
        var request =
            new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token());
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null) request.Headers.Add("Mcp-Name", name);
        return request;
    }

    /// <summary>Sends and returns the JSON-RPC message of the answer.</summary>
    public async Task<JsonElement> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        return await MessageOfAsync(response);
    }

    /// <summary>Calls a tool and returns its result.</summary>
    public async Task<JsonElement> CallAsync(string tool, string arguments, string? token = null)
    {
        var message = await SendAsync(Request("tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}} }""", tool, token));
        return message.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(message.GetRawText());
    }

    public static async Task<JsonElement> MessageOfAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            text = text.Split('\n').Last(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..];
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
