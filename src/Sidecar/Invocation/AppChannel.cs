using System.Net.Http.Headers;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Metrics;

namespace McpMesh.Sidecar.Invocation;

/// <summary>HTTP towards this sidecar's app.</summary>
internal sealed class AppChannel(SidecarOptions options, HttpMessageInvoker client, SidecarMetrics metrics)
{
    private const int LargestAnswer = 4 << 20;

    public bool Exists => options.AppPort > 0;

    /// <summary>Whoever sends to the app takes one first.</summary>
    public AppSlots Slots { get; } = new(options.AppMaxConcurrency);

    /// <summary>Scheme, address and port; paths are appended as they are.</summary>
    public string BaseAddress { get; } =
        $"{(options.AppProtocol is "https" ? "https" : "http")}://{options.AppChannelAddress}:{options.AppPort}";

    /// <summary>APP_API_TOKEN: by it the app knows that its sidecar calls.</summary>
    public string? Token => options.AppApiToken;

    public bool IsHttp2 => options.AppProtocol is "h2c";

    /// <summary>Null when no connection could be made, so that nothing was sent.</summary>
    public Task<AppAnswer?> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(Request(HttpMethod.Get, path), cancellationToken);

    /// <summary>Null when no connection could be made, so that nothing was sent.</summary>
    public Task<AppAnswer?> PostAsync(
        string path, ReadOnlyMemory<byte> body, string contentType, IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        return PostAsync(path, content, headers, cancellationToken);
    }

    /// <summary>Null when no connection could be made, so that nothing was sent.</summary>
    public Task<AppAnswer?> PostAsync(
        string path, HttpContent content, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = content;
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return SendAsync(request, cancellationToken);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, BaseAddress + path);
        if (IsHttp2)
        {
            request.Version = System.Net.HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        request.Headers.TryAddWithoutValidation("dapr-app-id", options.AppId);
        if (Token is not null) request.Headers.TryAddWithoutValidation("dapr-api-token", Token);
        return request;
    }

    private async Task<AppAnswer?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var slot = await Slots.TakeAsync(cancellationToken);
            var begun = Elapsed.Begin();
            try
            {
                using var response = await client.SendAsync(request, cancellationToken);
                await response.Content.LoadIntoBufferAsync(LargestAnswer, cancellationToken);
                metrics.AppAnswered(request.Method.Method, (int)response.StatusCode, begun.Milliseconds);
                return new AppAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            }
            catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConnectionError)
            {
                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The time to connect was up.
                return null;
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                return AppAnswer.BrokenOff;
            }
        }
    }
}
