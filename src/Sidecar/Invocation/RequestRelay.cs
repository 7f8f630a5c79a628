using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Builds the outgoing request from the incoming one.</summary>
internal static class RequestRelay
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="passes">Which headers go on.</param>
    /// <param name="content">The body, or null for none.</param>
    public static HttpRequestMessage Create(
        HttpContext context, string baseAddress, string path, HttpContent? content, Func<string, StringValues, bool> passes)
    {
        var incoming = context.Request;
        var request = new HttpRequestMessage(MethodOf(incoming.Method), new Uri(baseAddress + path + incoming.QueryString.Value, Verbatim))
        {
            Content = content,
        };
        var connection = incoming.Headers.Connection;
        foreach (var (name, values) in incoming.Headers)
        {
            if (!passes(name, connection)) continue;
            if (values.Count == 1)
            {
                if (!request.Headers.TryAddWithoutValidation(name, values[0])) content?.Headers.TryAddWithoutValidation(name, values[0]);
            }
            else if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    public static bool HasBody(HttpContext context) =>
        context.Request.ContentLength is > 0
        || (context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true });

    public static void UseHttp2(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    private static HttpMethod MethodOf(string method) => method switch
    {
        "GET" => HttpMethod.Get,
        "POST" => HttpMethod.Post,
        "PUT" => HttpMethod.Put,
        "DELETE" => HttpMethod.Delete,
        "HEAD" => HttpMethod.Head,
        "OPTIONS" => HttpMethod.Options,
        "PATCH" => HttpMethod.Patch,
        _ => new HttpMethod(method),
    };
}
