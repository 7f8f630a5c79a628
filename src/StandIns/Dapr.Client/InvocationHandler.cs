using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace Dapr.Client;

/// <summary>
/// Sends requests for <c>http://{appId}/{path}</c> to the sidecar's invocation API: <c>{endpoint}/v1.0/invoke/{appId}/method/{path}</c>.
/// </summary>
public class InvocationHandler : DelegatingHandler
{
    internal const string ApiTokenHeader = "dapr-api-token";

    private Uri _endpoint;

    /// <summary>Takes endpoint and token from the environment.</summary>
    public InvocationHandler()
    {
        DaprEndpoint = DaprDefaults.GetDefaultHttpEndpoint();
        ApiToken = DaprDefaults.GetDefaultDaprApiToken(null);
    }

    /// <summary>HTTP endpoint of the sidecar.</summary>
    /// <exception cref="ArgumentException">The value is not an absolute http or https URI.</exception>
    public string DaprEndpoint
    {
        get => _endpoint.OriginalString;
        [MemberNotNull(nameof(_endpoint))]
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || !IsHttp(uri))
                throw new ArgumentException("DaprEndpoint must be an absolute http or https URI.", nameof(value));
            _endpoint = uri;
        }
    }

    /// <summary>App id in its own casing: a URI's host is lower case, but app ids are case-sensitive.</summary>
    public string? DefaultAppId { get; set; }

    internal string? ApiToken { get; set; }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var original = request.RequestUri;
        if (!TryRewrite(original, out var rewritten))
        {
            throw new ArgumentException(
                $"The request URI '{original}' is not a valid Dapr service invocation destination.", nameof(request));
        }
        var token = ApiToken;
        try
        {
            request.RequestUri = rewritten;
            if (!string.IsNullOrEmpty(token)) request.Headers.Add(ApiTokenHeader, token);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The caller may send or log the request again: it gets back what it gave.
            request.RequestUri = original;
            request.Headers.Remove(ApiTokenHeader);
        }
    }

    internal bool TryRewrite(Uri? uri, [NotNullWhen(true)] out Uri? rewritten)
    {
        rewritten = null;
        if (uri is null || !uri.IsAbsoluteUri || !IsHttp(uri)) return false;
        var host = uri.Host;
        if (DefaultAppId is { } appId && string.Equals(appId, host, StringComparison.OrdinalIgnoreCase)) host = appId;
        var authority = _endpoint.GetLeftPart(UriPartial.Path).AsSpan().TrimEnd('/');
        rewritten = new Uri($"{authority}/v1.0/invoke/{host}/method{uri.PathAndQuery}");
        return true;
    }

    internal static ProductInfoHeaderValue UserAgent { get; } = new("dapr-sdk-dotnet", "v1.18.5");

    /// <summary>One pool of connections to the sidecar. Redirects are the application's answer, not an order to its caller.</summary>
    internal static SocketsHttpHandler CreateTransport() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
    };

    private static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;
}
