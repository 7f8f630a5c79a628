using System.Runtime.InteropServices;
using System.Text.Json;

namespace McpMesh.Adapters.Mcp;

/// <summary>What the HTTP face needs to know of a JSON-RPC message before anything else reads it.</summary>
internal sealed record McpEnvelope
{
    private const string ProtocolVersionKey = "io.modelcontextprotocol/protocolVersion";
    private const string ClientCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
    private const string IdempotencyKeyKey = "dev.mcpmesh/idempotencyKey";

    /// <summary>JSON of the id; null for a notification.</summary>
    public string? Id { get; private init; }

    /// <summary>JSON-RPC method.</summary>
    public required string Method { get; init; }

    /// <summary><c>params.name</c>, or <c>params.uri</c> for <c>resources/read</c>: the value that <c>Mcp-Name</c> mirrors.</summary>
    public string? Target { get; private init; }

    /// <summary>UTF-8 JSON of <c>params.arguments</c>; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Arguments { get; private init; }

    /// <summary>Revision in <c>_meta</c>; null in a message of the legacy era.</summary>
    public string? MetaVersion { get; private init; }

    /// <summary>Whether <c>_meta</c> states the client's capabilities.</summary>
    public bool StatesCapabilities { get; private init; }

    /// <summary><c>_meta["dev.mcpmesh/idempotencyKey"]</c>.</summary>
    public string? IdempotencyKey { get; private init; }

    /// <summary>Reads a body: exactly one request or notification, no duplicate key at any depth.</summary>
    /// <exception cref="JsonException">Not JSON, too deep, or a duplicate key.</exception>
    /// <exception cref="FormatException">JSON, but no JSON-RPC request; the message names field and rule.</exception>
    public static McpEnvelope Read(ReadOnlyMemory<byte> body, int maxDepth)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        var root = document.RootElement;
        if (root.ValueKind is JsonValueKind.Array) throw new FormatException("body: batches are not supported; send one message.");
        if (root.ValueKind is not JsonValueKind.Object) throw new FormatException("body: must be a JSON object.");
        if (!root.TryGetProperty("jsonrpc", out var version) || version.ValueKind is not JsonValueKind.String
            || !version.ValueEquals("2.0"))
        {
            throw new FormatException("jsonrpc: must be \"2.0\".");
        }

        if (!root.TryGetProperty("method", out var method) || method.ValueKind is not JsonValueKind.String
            || method.GetString() is not { Length: > 0 and <= 128 } name)
        {
            throw new FormatException("method: must be a string of 1 to 128 characters; responses are not accepted here.");
        }

        var parameters = root.TryGetProperty("params", out var value) ? value : default;
        if (parameters.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            throw new FormatException("params: must be an object.");
        var meta = Member(parameters, "_meta", JsonValueKind.Object);
        var arguments = Member(parameters, "arguments", JsonValueKind.Object);
        return new McpEnvelope
        {
            Id = IdOf(root),
            Method = name,
            Target = Member(parameters, name == "resources/read" ? "uri" : "name", JsonValueKind.String).GetStringOrNull(),
            Arguments = arguments.ValueKind is JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(arguments).ToArray(),
            MetaVersion = Member(meta, ProtocolVersionKey, JsonValueKind.String).GetStringOrNull(),
            StatesCapabilities = Member(meta, ClientCapabilitiesKey, JsonValueKind.Object).ValueKind is JsonValueKind.Object,
            IdempotencyKey = IdempotencyKeyOf(meta),
        };
    }

    private static string? IdOf(JsonElement root)
    {
        if (!root.TryGetProperty("id", out var id)) return null;
        // JSON-RPC in MCP: a string or an integer, never null.
        if (id.ValueKind is JsonValueKind.String && id.GetRawText().Length <= 256) return id.GetRawText();
        if (id.ValueKind is JsonValueKind.Number && id.TryGetInt64(out _)) return id.GetRawText();
        throw new FormatException("id: must be an integer or a string of at most 256 characters.");
    }

    private static string? IdempotencyKeyOf(JsonElement meta)
    {
        var key = Member(meta, IdempotencyKeyKey, JsonValueKind.String).GetStringOrNull();
        return key is null or { Length: > 0 and <= 256 }
            ? key
            : throw new FormatException($"params._meta.{IdempotencyKeyKey}: must have 1 to 256 characters.");
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind is not JsonValueKind.Object || !parent.TryGetProperty(name, out var value)) return default;
        return value.ValueKind == kind
            ? value
            : throw new FormatException($"params.{name}: must be a JSON {kind.ToString().ToLowerInvariant()}.");
    }
}

file static class Elements
{
    public static string? GetStringOrNull(this JsonElement element) =>
        element.ValueKind is JsonValueKind.String ? element.GetString() : null;
}
