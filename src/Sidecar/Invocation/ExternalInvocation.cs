using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// Invocation of what is not of this mesh: HTTPEndpoint resources by name, and any URL. Nothing of the mesh goes there, no token and no
/// app id.
/// </summary>
internal sealed class ExternalInvocation(IReadOnlyDictionary<string, HttpEndpoint> initial, HttpMessageInvoker client) : IDisposable
{
    private readonly Dictionary<HttpEndpoint, HttpMessageInvoker> _clients = [];
    private readonly Lock _gate = new();
    private volatile IReadOnlyDictionary<string, HttpEndpoint> _endpoints = initial;

    public IEnumerable<string> Names => _endpoints.Keys.Order(StringComparer.Ordinal);

    /// <summary>Calls under way keep the endpoint they began with.</summary>
    public void Replace(IReadOnlyDictionary<string, HttpEndpoint> endpoints) => _endpoints = endpoints;

    /// <summary>Null when the target is an app.</summary>
    public HttpEndpoint? Find(string target)
    {
        if (_endpoints.TryGetValue(target, out var named)) return named;
        var isUrl = target.StartsWith("http://", StringComparison.Ordinal) || target.StartsWith("https://", StringComparison.Ordinal);
        return isUrl && Uri.TryCreate(target, UriKind.Absolute, out _) ? new HttpEndpoint(target, target.TrimEnd('/'), []) : null;
    }

    public async ValueTask InvokeAsync(Exchange exchange, HttpEndpoint endpoint, CancellationToken cancellationToken)
    {
        using var request = RequestRelay.Create(
            exchange.Context, endpoint.BaseUrl, exchange.Path.Encoded, exchange.Body.NewContent(),
            (name, connection) => HopHeaders.PassesFromApp(name, connection) && !endpoint.Sets(name));
        foreach (var (name, value) in endpoint.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation(TraceContext.ParentHeader, TraceContext.ParentOf(exchange.Context.Request.Headers));
        HttpResponseMessage response;
        try
        {
            response = await ClientFor(endpoint).SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error) when (InvocationErrors.ProblemOfBody(error) is { } problem)
        {
            throw new ApiException(InvocationErrors.Failed(endpoint.Name, problem));
        }
        catch (HttpRequestException error)
        {
            throw new ApiException(InvocationErrors.Failed(endpoint.Name, error.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException(InvocationErrors.Failed(endpoint.Name, "it took no connection in time"));
        }

        await exchange.RelayAsync(response, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var own in _clients.Values) own.Dispose();
    }

    private HttpMessageInvoker ClientFor(HttpEndpoint endpoint)
    {
        if (endpoint is { RootCertificates: null, ClientCertificate: null }) return client;
        lock (_gate)
        {
            if (!_clients.TryGetValue(endpoint, out var own)) _clients[endpoint] = own = InvocationClients.Create(OptionsFor(endpoint));
            return own;
        }
    }

    private static SslClientAuthenticationOptions OptionsFor(HttpEndpoint endpoint)
    {
        var options = new SslClientAuthenticationOptions();
        if (endpoint.ClientCertificate is { } certificate) options.ClientCertificates = [certificate];
        if (endpoint.RootCertificates is { } roots)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return options;
    }
}
