using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Mcp;
using McpMesh.Configuration;
using McpMesh.Identity;

namespace McpMesh.Adapters.Incidents;

/// <summary>
/// Calls a tool of another server through the sidecar, with a token of its own: the IdP issues a grant for exactly this hop, and the
/// inbound token never travels on.
/// </summary>
/// <param name="client">Client whose base address is the app of the server (<c>DaprClient.CreateInvokeHttpClient</c>).</param>
/// <param name="tokens">Where hop tokens come from.</param>
/// <param name="server">Entry of the server.</param>
/// <param name="serverName">Name of the server.</param>
/// <param name="tool">Its tool.</param>
internal sealed class NextHop(HttpClient client, IHopTokenSource tokens, ServerConfiguration server, string serverName, string tool)
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    /// <summary>Method and scope of the hop.</summary>
    public string Method { get; } = $"{serverName}.{tool}";

    /// <summary>Calls the tool and returns its structured content.</summary>
    /// <exception cref="ToolFailureException">The hop was denied or failed; the message says why.</exception>
    public async ValueTask<JsonElement> CallAsync(Caller caller, Action<Utf8JsonWriter> arguments, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(caller, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new ReadOnlyMemoryContent(BodyOf(arguments)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Compact);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", ProtocolRevision.Modern);
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", tool);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await JsonRpcAnswer.ReadAsync(response, Method, MaxAnswerBytes, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new ToolFailureException($"{Method} cannot be reached; nothing was posted.", error);
        }
    }

    private async ValueTask<HopToken> TokenAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.GetAsync(caller.Token, caller.Compact, server.Resource, Method, cancellationToken);
        }
        catch (HopTokenException error)
        {
            throw new ToolFailureException($"No token for {Method} ({error.Error}): {error.Message}", error);
        }
    }

    private ReadOnlyMemory<byte> BodyOf(Action<Utf8JsonWriter> arguments)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", 1);
        writer.WriteString("method", "tools/call");
        writer.WriteStartObject("params");
        writer.WriteString("name", tool);
        writer.WriteStartObject("arguments");
        arguments(writer);
        writer.WriteEndObject();
        writer.WriteStartObject("_meta");
        writer.WriteString("io.modelcontextprotocol/protocolVersion", ProtocolRevision.Modern);
        writer.WriteStartObject("io.modelcontextprotocol/clientCapabilities");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}
