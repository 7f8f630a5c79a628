using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;

namespace Dapr.Client;

/// <summary>The client over Dapr's HTTP API: health, metadata, secrets and invocation here; state and publish in the other parts.</summary>
internal sealed partial class DaprHttpClient(SidecarConnection sidecar, JsonSerializerOptions json) : DaprClient
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(500);

    public override JsonSerializerOptions JsonSerializerOptions => json;

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        sidecar.ProbeAsync("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        sidecar.ProbeAsync("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        if (await CheckOutboundHealthAsync(cancellationToken).ConfigureAwait(false)) return;
        // The sidecar has no way to tell that it came up: polling is the documented behaviour.
        using var timer = new PeriodicTimer(ProbeInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            if (await CheckOutboundHealthAsync(cancellationToken).ConfigureAwait(false)) return;
    }

    public override async Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default)
    {
        const string operation = "Get metadata";
        using var request = sidecar.Request(HttpMethod.Get, new SidecarUrl("/v1.0/metadata"));
        using var response = await sidecar.SendAsync(request, operation, allowed: null, cancellationToken).ConfigureAwait(false);
        using var document = await ParseAsync(response, operation, cancellationToken).ConfigureAwait(false);
        return MetadataReader.Read(document.RootElement);
    }

    public override Task<Dictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var url = new SidecarUrl("/v1.0/secrets").Segment(storeName).Segment(key).Metadata(metadata);
        return GetJsonAsync<Dictionary<string, string>>(url, "Secret", cancellationToken);
    }

    public override Task<Dictionary<string, Dictionary<string, string>>> GetBulkSecretAsync(
        string storeName, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var url = new SidecarUrl("/v1.0/secrets").Segment(storeName).Segment("bulk").Metadata(metadata);
        return GetJsonAsync<Dictionary<string, Dictionary<string, string>>>(url, "Bulk secret", cancellationToken);
    }

    public override HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName) =>
        CreateInvokeMethodRequest(httpMethod, appId, methodName, []);

    public override HttpRequestMessage CreateInvokeMethodRequest(
        HttpMethod httpMethod,
        string appId,
        string methodName,
        IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters)
    {
        ArgumentNullException.ThrowIfNull(httpMethod);
        ArgumentException.ThrowIfNullOrEmpty(appId);
        ArgumentNullException.ThrowIfNull(methodName);
        ArgumentNullException.ThrowIfNull(queryStringParameters);
        var url = new SidecarUrl("/v1.0/invoke/").Raw(appId).Raw("/method/").Raw(methodName.AsSpan().TrimStart('/'));
        foreach (var (name, value) in queryStringParameters) url.Query(name, value);
        return sidecar.Request(httpMethod, url);
    }

    public override HttpRequestMessage CreateInvokeMethodRequest<TRequest>(
        HttpMethod httpMethod,
        string appId,
        string methodName,
        IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters,
        TRequest data)
    {
        var request = CreateInvokeMethodRequest(httpMethod, appId, methodName, queryStringParameters);
        request.Content = Bytes(JsonSerializer.SerializeToUtf8Bytes(data, json), MediaTypeNames.Application.Json);
        return request;
    }

    public override HttpClient CreateInvokableHttpClient(string? appId = null) =>
        CreateInvokeHttpClient(appId, sidecar.BaseUrl, sidecar.ApiToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing) sidecar.Dispose();
        base.Dispose(disposing);
    }

    private async Task<TResult> GetJsonAsync<TResult>(SidecarUrl url, string operation, CancellationToken cancellationToken)
        where TResult : new()
    {
        using var request = sidecar.Request(HttpMethod.Get, url);
        using var response = await sidecar.SendAsync(request, operation, allowed: null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync<TResult>(response, operation, cancellationToken).ConfigureAwait(false) ?? new TResult();
    }

    private async Task<TValue?> ReadAsync<TValue>(HttpResponseMessage response, string operation, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (body.Length == 0) return default;
        try
        {
            return JsonSerializer.Deserialize<TValue>(body, json);
        }
        catch (JsonException error)
        {
            throw SidecarConnection.Failure(operation, error);
        }
    }

    private static async Task<JsonDocument> ParseAsync(HttpResponseMessage response, string operation, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException error)
        {
            throw SidecarConnection.Failure(operation, error);
        }
    }

    private static ByteArrayContent Bytes(byte[] body, string contentType) =>
        new(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
}
