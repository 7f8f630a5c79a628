using System.Net;
using System.Text.Json;

namespace Dapr.Client;

/// <summary>The HTTP API of one sidecar: adds the token, bounds the time, and turns failures into <see cref="DaprException"/>.</summary>
internal sealed class SidecarConnection : IDisposable
{
    private readonly HttpClient _http;
    private readonly string? _apiToken;
    private readonly TimeSpan _timeout;

    internal SidecarConnection(Uri endpoint, string? apiToken, TimeSpan timeout)
    {
        Endpoint = endpoint;
        BaseUrl = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _apiToken = string.IsNullOrEmpty(apiToken) ? null : apiToken;
        _timeout = timeout;
        _http = new HttpClient(InvocationHandler.CreateTransport()) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(InvocationHandler.UserAgent);
    }

    internal Uri Endpoint { get; }

    /// <summary>Endpoint without a trailing slash.</summary>
    internal string BaseUrl { get; }

    internal string? ApiToken => _apiToken;

    public void Dispose() => _http.Dispose();

    /// <summary>Whether a health route answers with success. An unreachable sidecar is unhealthy, not an error.</summary>
    internal async Task<bool> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, new SidecarUrl(path));
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    internal HttpRequestMessage Request(HttpMethod method, SidecarUrl url, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, BaseUrl + url) { Content = content };
        if (_apiToken is not null) request.Headers.Add(InvocationHandler.ApiTokenHeader, _apiToken);
        return request;
    }

    /// <summary>Sends and returns a successful response, or one whose status the caller allows.</summary>
    /// <param name="request">The request.</param>
    /// <param name="operation">Name for the error message, for example <c>State</c>.</param>
    /// <param name="allowed">A failure status that means something to the caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaprException">The sidecar is unreachable, too slow, or refused.</exception>
    internal async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, string operation, HttpStatusCode? allowed, CancellationToken cancellationToken)
    {
        using var deadline = _timeout > TimeSpan.Zero ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken) : null;
        deadline?.CancelAfter(_timeout);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, deadline?.Token ?? cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw Failure(operation, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(operation, new TimeoutException($"The sidecar did not answer within {_timeout}.", error));
        }
        if (response.IsSuccessStatusCode || response.StatusCode == allowed) return response;
        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            throw Failure(operation, Refusal(response, body));
        }
    }

    internal static DaprException Failure(string operation, Exception inner) =>
        new($"{operation} operation failed: the Dapr endpoint indicated a failure. See InnerException for details.", inner);

    internal static DaprApiException Refusal(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var (code, message) = ReadError(body);
        return new DaprApiException(
            $"The sidecar answered {status} {code ?? "without an error code"}: {message ?? response.ReasonPhrase}",
            new HttpRequestException(message, null, response.StatusCode),
            code ?? string.Empty,
            isTransient: status is 429 or >= 500);
    }

    private static (string? Code, string? Message) ReadError(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(document.RootElement, "errorCode"), Text(document.RootElement, "message"))
                : default;
        }
        catch (JsonException)
        {
            return default; // a proxy or a token refusal answers in plain text
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
