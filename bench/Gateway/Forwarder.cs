using System.CommandLine;
using System.Net;
using System.Text.Json;

namespace McpMesh.Bench.Gateway;

/// <summary>
/// The floor for anything that stands between a client and an MCP server: Kestrel in, parse the JSON once, <see cref="HttpMessageInvoker"/>
/// out, copy the answer. No token, no policy, no record.
/// </summary>
internal static class Forwarder
{
    public static Command Command()
    {
        var port = new Option<int>("--port") { Required = true };
        var target = new Option<string>("--target") { Required = true };
        var command = new Command("forwarder", "Runs the minimal forwarder.") { port, target };
        command.Hidden = true;
        command.SetAction((result, cancellationToken) =>
            RunAsync(result.GetRequiredValue(port), new Uri(new Uri(result.GetRequiredValue(target)), "/mcp"), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int port, Uri target, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        });
        await using var app = MinimalServer.Create(port);
        app.Run(async context =>
        {
            if (context.Request.Path.Value == "/health") return;
            var body = new byte[context.Request.ContentLength!.Value];
            await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
            CheckJson(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, target)
            {
                Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
            };
            using var response = await invoker.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            context.Response.ContentLength = response.Content.Headers.ContentLength;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await app.RunAsync(cancellationToken);
    }

    private static void CheckJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
        }
    }
}
