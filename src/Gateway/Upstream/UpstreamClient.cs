using McpMesh.Gateway.Http;
using McpMesh.Gateway.Routing;
using McpMesh.Identity;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>
/// Sends requests to the servers. Headers are built anew from what a server needs; nothing that the agent sent goes through but
/// <c>Mcp-Param-*</c> and <c>Idempotency-Key</c>: no credential, no cookie, no address.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private const string IdempotencyKey = "Idempotency-Key";

    private readonly SidecarAddress _sidecar;
    private readonly HttpMessageInvoker _invoker;

    public UpstreamClient(SidecarAddress sidecar)
    {
        _sidecar = sidecar;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = 4096,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        });
    }

    /// <summary>A request for one JSON-RPC message.</summary>
    /// <param name="name">The server's own name of the tool, prompt or resource; null where the method has none.</param>
    /// <param name="body">Must stay valid until the answer's head is there.</param>
    public HttpRequestMessage Create(ServerTarget server, HopToken hop, string method, string? name, ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", JsonAnswer.ContentType);
        var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint) { Content = content };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        headers.TryAddWithoutValidation("Authorization", hop.Authorization);
        headers.TryAddWithoutValidation(McpHeader.ProtocolVersion, McpRevision.V20260728.Version);
        headers.TryAddWithoutValidation(McpHeader.Method, method);
        if (name is not null) headers.TryAddWithoutValidation(McpHeader.Name, McpHeaderValue.Encode(name));
        if (server.IsThroughSidecar && _sidecar.ApiToken is { } token) headers.TryAddWithoutValidation("dapr-api-token", token);
        return request;
    }

    /// <summary>Adds the headers of the agent's request that its server is meant to see.</summary>
    public static void CopyHeaders(IHeaderDictionary from, HttpRequestMessage to)
    {
        foreach (var (name, value) in from)
        {
            if (name.StartsWith(McpHeader.ParamPrefix, StringComparison.OrdinalIgnoreCase)
                || name.Equals(IdempotencyKey, StringComparison.OrdinalIgnoreCase))
            {
                to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }
    }

    /// <summary>Sends; returns as soon as the answer's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();
}
