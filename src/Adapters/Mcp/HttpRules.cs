using System.Text.Json;
using Microsoft.AspNetCore.Http.Headers;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Mcp;

/// <summary>
/// The rules of Streamable HTTP that the SDK's transport leaves to its host (MCP 2026-07-28, Transports, Streamable HTTP).
/// </summary>
internal static class HttpRules
{
    private const string IdempotencyKeyHeader = "Idempotency-Key";

    private static readonly string[] RemovedMethods =
        ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "notifications/initialized"];

    /// <summary>Before the body is read: origin, content type, accepted answers.</summary>
    public static Refusal? CheckRequest(HttpRequest request)
    {
        var headers = new RequestHeaders(request.Headers);
        // No web page has business with an adapter; a loopback page is a developer's own tool.
        var origin = request.Headers.Origin;
        if (origin.Count > 0 && !(Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var page) && page.IsLoopback))
            return new Refusal(StatusCodes.Status403Forbidden, -32600, "Origin: is not allowed.");
        if (headers.ContentType?.MediaType is not { } type || !type.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return new Refusal(StatusCodes.Status415UnsupportedMediaType, -32600, "Content-Type: must be application/json.");
        if (!Accepts(headers, "application/json") || !Accepts(headers, "text/event-stream"))
            return new Refusal(StatusCodes.Status406NotAcceptable, -32600, "Accept: must list application/json and text/event-stream.");
        return null;
    }

    /// <summary>Agreement of the headers with the body, and what the revision requires in it.</summary>
    public static Refusal? CheckAgreement(HttpRequest request, McpEnvelope envelope)
    {
        if (CheckIdempotencyKey(request, envelope) is { } conflict) return conflict;
        var header = request.Headers["MCP-Protocol-Version"];
        if (header.Count > 1) return Refusal.HeaderMismatch("MCP-Protocol-Version: must be given once.");
        var version = header.Count == 0 ? null : header.ToString().Trim();
        if (version is not null && !ProtocolRevision.Supported.Contains(version, StringComparer.Ordinal)) return Unsupported(version);
        if (version is null)
        {
            return envelope.MetaVersion is null
                ? null // the legacy era: initialize, or 2025-03-26 which had no such header
                : Refusal.HeaderMismatch("MCP-Protocol-Version: is required and must equal the version in _meta.");
        }
        if (version != ProtocolRevision.Modern)
            return envelope.MetaVersion is null ? null : Refusal.HeaderMismatch("MCP-Protocol-Version: differs from the version in _meta.");
        return CheckModern(request, envelope);
    }

    /// <summary>The revision a request is served in.</summary>
    public static string RevisionOf(HttpRequest request) =>
        request.Headers["MCP-Protocol-Version"] is { Count: 1 } header ? header.ToString().Trim() : ProtocolRevision.Assumed;

    /// <summary>Key of the call, from <c>_meta</c> or the header <c>Idempotency-Key</c>; null when the caller gave none.</summary>
    public static string? IdempotencyKeyOf(HttpRequest request, McpEnvelope envelope) =>
        envelope.IdempotencyKey ?? (request.Headers[IdempotencyKeyHeader] is { Count: 1 } header ? Unquoted(header.ToString()) : null);

    private static Refusal? CheckIdempotencyKey(HttpRequest request, McpEnvelope envelope)
    {
        var header = request.Headers[IdempotencyKeyHeader];
        if (header.Count == 0) return null;
        if (header.Count > 1) return Refusal.HeaderMismatch($"{IdempotencyKeyHeader}: must be given once.");
        var key = Unquoted(header.ToString());
        if (key.Length is 0 or > 256) return Refusal.HeaderMismatch($"{IdempotencyKeyHeader}: must have 1 to 256 characters.");
        return envelope.IdempotencyKey is { } other && !string.Equals(other, key, StringComparison.Ordinal)
            ? Refusal.HeaderMismatch($"{IdempotencyKeyHeader}: differs from the key in _meta.")
            : null;
    }

    // The draft of the header makes it a string in quotes; many send it bare.
    private static string Unquoted(string header)
    {
        var text = header.Trim();
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
    }

    private static Refusal? CheckModern(HttpRequest request, McpEnvelope envelope)
    {
        if (envelope.Id is null) return null; // header rules of notifications are undefined
        if (envelope.MetaVersion is null) return MissingMeta("io.modelcontextprotocol/protocolVersion");
        if (envelope.MetaVersion != ProtocolRevision.Modern)
            return Refusal.HeaderMismatch("MCP-Protocol-Version: differs from the version in _meta.");
        if (!envelope.StatesCapabilities) return MissingMeta("io.modelcontextprotocol/clientCapabilities");
        if (request.Headers["Mcp-Method"] is not { Count: 1 } method || method.ToString().Trim() != envelope.Method)
            return Refusal.HeaderMismatch("Mcp-Method: is required and must equal the method in the body.");
        if (RemovedMethods.Contains(envelope.Method, StringComparer.Ordinal))
        {
            return new Refusal(
                StatusCodes.Status404NotFound, -32601, $"method: {envelope.Method} is not part of {ProtocolRevision.Modern}.");
        }
        if (envelope.Method is not ("tools/call" or "prompts/get" or "resources/read")) return null;
        var name = request.Headers["Mcp-Name"] is { Count: 1 } header ? McpHeaderEncoder.DecodeValue(header.ToString().Trim()) : null;
        return name is not null && string.Equals(name, envelope.Target, StringComparison.Ordinal)
            ? null
            : Refusal.HeaderMismatch("Mcp-Name: is required and must equal the name or uri in the body.");
    }

    private static Refusal MissingMeta(string key) =>
        new(StatusCodes.Status400BadRequest, -32602, $"params._meta.{key}: is required.");

    private static Refusal Unsupported(string requested) =>
        new(StatusCodes.Status400BadRequest, -32022, "MCP-Protocol-Version: is not supported.")
        {
            Data = writer =>
            {
                writer.WriteStartArray("supported");
                foreach (var version in ProtocolRevision.Supported) writer.WriteStringValue(version);
                writer.WriteEndArray();
                writer.WriteString("requested", JsonEncodedText.Encode(requested.Length <= 64 ? requested : requested[..64]));
            },
        };

    private static bool Accepts(RequestHeaders headers, string mediaType)
    {
        foreach (var accepted in headers.Accept)
        {
            if (accepted.Quality is 0) continue;
            if (accepted.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) || accepted.MatchesAllTypes) return true;
            if (accepted.MatchesAllSubTypes && mediaType.AsSpan().StartsWith(accepted.Type.AsSpan(), StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
