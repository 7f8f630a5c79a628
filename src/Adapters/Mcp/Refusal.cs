using System.Text.Json;

namespace McpMesh.Adapters.Mcp;

/// <summary>A request that is not served: HTTP status, JSON-RPC error, and a challenge where a better token would help.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">JSON-RPC error code.</param>
/// <param name="Message">One sentence for the caller.</param>
internal sealed record Refusal(int Status, int Code, string Message)
{
    /// <summary><c>WWW-Authenticate</c>.</summary>
    public string? Challenge { get; init; }

    /// <summary>A client that looks for the challenge, with no token at all, makes no call: it leaves no record.</summary>
    public bool IsLookAround { get; init; }

    /// <summary>Writes <c>error.data</c>.</summary>
    public Action<Utf8JsonWriter>? Data { get; init; }

    /// <summary>Only POST is served: there is no stream to open and no session to delete.</summary>
    public static Refusal NotPosted { get; } = new(StatusCodes.Status405MethodNotAllowed, -32600, "Only POST is served here.");

    /// <summary>A header and the body disagree, or a header is missing (MCP 2026-07-28, −32020).</summary>
    public static Refusal HeaderMismatch(string message) => new(StatusCodes.Status400BadRequest, -32020, message);

    /// <summary>Answers with it.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="id">JSON of the request's id; null when it is not known.</param>
    public async Task WriteAsync(HttpContext context, string? id)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        if (Challenge is not null) response.Headers.WWWAuthenticate = Challenge;
        if (Status == StatusCodes.Status405MethodNotAllowed) response.Headers.Allow = HttpMethods.Post;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            if (id is not null)
            {
                writer.WritePropertyName("id");
                writer.WriteRawValue(id);
            }
            writer.WriteStartObject("error");
            writer.WriteNumber("code", Code);
            writer.WriteString("message", Message);
            if (Data is not null)
            {
                writer.WriteStartObject("data");
                Data(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
