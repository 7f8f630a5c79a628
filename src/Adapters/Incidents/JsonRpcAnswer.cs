using System.Net.ServerSentEvents;
using System.Text.Json;
using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Incidents;

/// <summary>Reads the answer to one <c>tools/call</c>, as JSON or as an event stream.</summary>
internal static class JsonRpcAnswer
{
    /// <summary>The structured content of the result.</summary>
    /// <exception cref="ToolFailureException">An error, an <c>isError</c> result, or no answer at all.</exception>
    public static async ValueTask<JsonElement> ReadAsync(
        HttpResponseMessage response, string method, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = new BoundedReadStream(await response.Content.ReadAsStreamAsync(cancellationToken), maxBytes);
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
                {
                    using var message = JsonDocument.Parse(item.Data);
                    if (message.RootElement.TryGetProperty("method", out _)) continue; // a notification on the way
                    return ContentOf(message.RootElement, method);
                }
            }
            else
            {
                using var message = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
                return ContentOf(message.RootElement, method);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            throw new ToolFailureException($"{method} gave no readable answer (HTTP {(int)response.StatusCode}).", error);
        }
        throw new ToolFailureException($"{method} gave no answer (HTTP {(int)response.StatusCode}).");
    }

    private static JsonElement ContentOf(JsonElement message, string method)
    {
        if (message.TryGetProperty("error", out var error))
        {
            var reason = error.TryGetProperty("message", out var text) ? text.GetString() : null;
            throw new ToolFailureException($"{method} was refused: {reason ?? "no reason was given"}");
        }
        if (!message.TryGetProperty("result", out var result)) throw new ToolFailureException($"{method} gave no result.");
        if (result.TryGetProperty("isError", out var failed) && failed.ValueKind is JsonValueKind.True)
        {
            var reason = result.TryGetProperty("content", out var content) && content.GetArrayLength() > 0
                && content[0].TryGetProperty("text", out var text) ? text.GetString() : null;
            throw new ToolFailureException($"{method} failed: {reason ?? "no reason was given"}");
        }
        return result.TryGetProperty("structuredContent", out var structured)
            ? structured.Clone()
            : throw new ToolFailureException($"{method} gave no structured content.");
    }
}
