using McpMesh.Gateway.Errors;
using Microsoft.Net.Http.Headers;

namespace McpMesh.Gateway.Http;

/// <summary>Stage 1: what the HTTP head alone tells, before any work is spent on the request.</summary>
internal static class ReceiveStage
{
    public static GatewayError? Check(GatewayCall call)
    {
        var request = call.Http.Request;
        if (!IsJson(request)) return GatewayErrors.UnsupportedMediaType;
        return Accepts(request.Headers.Accept) ? null : GatewayErrors.NotAcceptable;
    }

    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0) return false;
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals(JsonAnswer.ContentType, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Accepts(Microsoft.Extensions.Primitives.StringValues accept)
    {
        // The form that nearly every client sends needs no parsing.
        if (accept.Count == 1 && accept[0] is "application/json, text/event-stream" or "text/event-stream, application/json") return true;
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types)) return false;
        bool json = false, events = false;
        foreach (var type in types)
        {
            if (type.Quality == 0) continue;
            json |= type.MatchesAllTypes || type.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(JsonAnswer.ContentType, StringComparison.OrdinalIgnoreCase);
            events |= type.MatchesAllTypes || type.MediaType.Equals("text/*", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(EventStreamAnswer.ContentType, StringComparison.OrdinalIgnoreCase);
        }

        return json && events;
    }
}
