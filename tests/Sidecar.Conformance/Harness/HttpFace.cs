using System.Net.Http.Headers;
using System.Text;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>Plain HTTP, as any client would speak it.</summary>
internal sealed class HttpFace(HttpClient client)
{
    /// <param name="target">Verb and path: <c>GET /v1.0/healthz</c>. The path goes out exactly as written.</param>
    public async Task<HttpAnswer> SendAsync(
        string target, string? body = null, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = Request(target, body, contentType, headers);
        using var response = await client.SendAsync(request);
        return await HttpAnswer.ReadAsync(response);
    }

    /// <summary>Ends with the headers: the body is still under way.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string target, params (string Name, string Value)[] headers)
    {
        using var request = Request(target, null, null, headers);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private HttpRequestMessage Request(string target, string? body, string? contentType, (string Name, string Value)[] headers)
    {
        var space = target.IndexOf(' ', StringComparison.Ordinal);
        var address = new Uri(
            client.BaseAddress!.GetLeftPart(UriPartial.Authority) + target[(space + 1)..],
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(target[..space]), address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
