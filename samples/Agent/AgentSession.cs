using System.Web;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpMesh.Samples.Agent;

/// <summary>An ordinary MCP client that has signed in. Nothing in it knows of the mesh but two URLs.</summary>
public sealed class AgentSession : IAsyncDisposable
{
    private readonly SessionTokens _tokens;
    private readonly McpClient _signIn;

    private AgentSession(SessionTokens tokens, McpClient signIn, McpClient work) => (_tokens, _signIn, Work) = (tokens, signIn, work);

    /// <summary>The client to work with.</summary>
    public McpClient Work { get; }

    /// <summary>The access token that the agent holds: an opaque string to it.</summary>
    public string AccessToken => _tokens.AccessToken ?? throw new InvalidOperationException("The agent has not signed in.");

    /// <summary>Signs in by authorization code with PKCE, in the way every MCP client does: the gateway's 401 says where.</summary>
    public static async Task<AgentSession> SignInAsync(
        AgentOptions options, IAuthorizationBrowser browser, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var tokens = new SessionTokens();
        var clientOptions = new McpClientOptions
        {
            ClientInfo = new() { Name = options.ClientId, Version = "1.0.0" },
            ProtocolVersion = options.ProtocolVersion,
        };
        var signIn = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = options.Gateway,
                TransportMode = HttpTransportMode.StreamableHttp,
                OAuth = new ClientOAuthOptions
                {
                    ClientId = options.ClientId,
                    RedirectUri = LoopbackRedirect.Reserve(),
                    TokenCache = tokens,
                    AuthorizationCallbackHandler = (context, token) => AuthorizeAsync(context, browser, token),
                },
            },
            new HttpClient(Connections(options)) { Timeout = Timeout.InfiniteTimeSpan },
            ownsHttpClient: true),
            clientOptions,
            cancellationToken: cancellationToken);
        if (options.Sidecar is null) return new AgentSession(tokens, signIn, signIn);

        var http = new HttpClient(
            new BearerHandler(tokens, options.SidecarToken, Connections(options)))
        { Timeout = Timeout.InfiniteTimeSpan };
        var work = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions { Endpoint = options.WorkEndpoint, TransportMode = HttpTransportMode.StreamableHttp },
                http,
                ownsHttpClient: true),
            clientOptions,
            cancellationToken: cancellationToken);
        return new AgentSession(tokens, signIn, work);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!ReferenceEquals(Work, _signIn)) await Work.DisposeAsync();
        await _signIn.DisposeAsync();
    }

    private static SocketsHttpHandler Connections(AgentOptions options)
    {
        var handler = new SocketsHttpHandler();
        if (options.ConnectionLifetime is { } lifetime) handler.PooledConnectionLifetime = lifetime;
        return handler;
    }

    private static async Task<AuthorizationResult?> AuthorizeAsync(
        AuthorizationCallbackContext context, IAuthorizationBrowser browser, CancellationToken cancellationToken)
    {
        var landed = await browser.VisitAsync(context.AuthorizationUri, context.RedirectUri, cancellationToken);
        var query = HttpUtility.ParseQueryString(landed.Query);
        if (query["error"] is { } error)
            throw new InvalidOperationException($"The authorization server refused the sign-in: {error}. {query["error_description"]}");
        return new AuthorizationResult { Code = query["code"], State = query["state"], Iss = query["iss"] };
    }
}
