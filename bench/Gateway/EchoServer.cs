using System.CommandLine;
using System.Text.Json;

namespace McpMesh.Bench.Gateway;

/// <summary>
/// The deterministic backend: an MCP server with a tool that reads and one that does, which both answer at once. Reads the request's id and echoes the arguments.
/// </summary>
internal static class EchoServer
{
    public static Command Command()
    {
        var port = new Option<int>("--port") { Required = true };
        var command = new Command("echo", "Runs the echo MCP server.") { port };
        command.Hidden = true;
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(port), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        await using var app = MinimalServer.Create(port);
        app.Run(AnswerAsync);
        await app.RunAsync(cancellationToken);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.Value != "/mcp")
        {
            context.Response.StatusCode = context.Request.Path.Value == "/health" ? 200 : 404;
            return;
        }

        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WritePropertyName("id"u8);
        request.RootElement.GetProperty("id"u8).WriteTo(json);
        json.WriteStartObject("result"u8);
        json.WriteString("resultType"u8, "complete"u8);
        if (request.RootElement.GetProperty("method"u8).ValueEquals("tools/list"u8)) WriteTools(json);
        else WriteEcho(json, request.RootElement);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json)
    {
        json.WriteNumber("ttlMs"u8, 0);
        json.WriteString("cacheScope"u8, "private"u8);
        json.WriteStartArray("tools"u8);
        WriteTool(json, "say"u8, isReadOnly: true);
        WriteTool(json, "do"u8, isReadOnly: false);
        json.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool isReadOnly)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteStartObject("inputSchema"u8);
        json.WriteString("type"u8, "object"u8);
        json.WriteEndObject();
        json.WriteStartObject("annotations"u8);
        json.WriteBoolean("readOnlyHint"u8, isReadOnly);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEcho(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, request.GetProperty("params"u8).GetProperty("arguments"u8).GetProperty("text"u8).GetString());
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
