using System.Text.Json;
using McpMesh.Adapters.Access;
using McpMesh.Policy;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpMesh.Adapters.Mcp;

/// <summary>
/// <c>POST /mcp</c>. The stages stand in their order: rules of HTTP → token → body → agreement of headers and body → decision → intent →
/// the SDK's server → outcome. Each stage may refuse; a refused call leaves one record.
/// </summary>
internal sealed class McpEndpoint(
    Authentication authentication, Authorization authorization, CallRecorder recorder, AdapterServer server, IAdapter adapter,
    ServedServer served, ILoggerFactory loggers)
{
    /// <summary>Serves one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var cancellationToken = context.RequestAborted;

        if (HttpRules.CheckRequest(request) is { } malformed)
        {
            await RefuseAsync(context, malformed);
            return;
        }
        var (caller, unauthenticated) = await authentication.AuthenticateAsync(request, cancellationToken);
        if (caller is null)
        {
            await RefuseAsync(context, unauthenticated!);
            return;
        }
        var (envelope, body, unreadable) = await ReadAsync(request, cancellationToken);
        if (unreadable is not null)
        {
            await RefuseAsync(context, unreadable, caller);
            return;
        }
        if (HttpRules.CheckAgreement(request, envelope!) is { } disagreement)
        {
            await RefuseAsync(context, disagreement, caller, envelope);
            return;
        }
        if (MethodOf(envelope!) is not { } method)
        {
            // Lists and discovery: the handlers show only what the caller may use.
            await ServeAsync(context, body, new ServedCall(caller));
            return;
        }
        await CallAsync(context, caller, envelope!, method, body);
    }

    /// <summary>Refuses a message that was sent with a verb other than POST.</summary>
    public Task RefuseVerbAsync(HttpContext context) => RefuseAsync(context, Refusal.NotPosted);

    private async Task RefuseAsync(
        HttpContext context, Refusal refusal, Caller? caller = null, McpEnvelope? envelope = null, string? method = null,
        Decision? decision = null)
    {
        if (!refusal.IsLookAround)
            await recorder.DenialAsync(caller, envelope, method, decision, decision?.Reason ?? refusal.Message);
        await refusal.WriteAsync(context, envelope?.Id);
    }

    private async Task CallAsync(HttpContext context, Caller caller, McpEnvelope envelope, string method, ReadOnlyMemory<byte> body)
    {
        if (envelope.Method == "tools/call" && !server.HasTool(envelope.Target ?? ""))
        {
            var unknown = new Refusal(StatusCodes.Status200OK, -32602, "params.name: there is no such tool.");
            await RefuseAsync(context, unknown, caller, envelope, method);
            return;
        }
        var (decision, denied) = authorization.Decide(caller, method, envelope.Arguments);
        if (denied is not null)
        {
            await RefuseAsync(context, denied, caller, envelope, method, decision);
            return;
        }
        var (intent, unrecorded) = await recorder.IntentAsync(caller, envelope, method, decision!, context.RequestAborted);
        if (unrecorded is not null)
        {
            await unrecorded.WriteAsync(context, envelope.Id);
            return;
        }
        var call = new ServedCall(caller, HttpRules.IdempotencyKeyOf(context.Request, envelope), intent.ArgumentDigest);
        try
        {
            await ServeAsync(context, body, call);
        }
        finally
        {
            await recorder.OutcomeAsync(intent, call.Outcome, call.Reason);
        }
    }

    private async Task ServeAsync(HttpContext context, ReadOnlyMemory<byte> body, ServedCall call)
    {
        var revision = HttpRules.RevisionOf(context.Request);
        var message = JsonSerializer.Deserialize<JsonRpcMessage>(body.Span, McpJsonUtilities.DefaultOptions)!;
        message.Context = new JsonRpcMessageContext
        {
            ProtocolVersion = revision,
            Items = new Dictionary<string, object?> { [ServedCall.ItemKey] = call },
        };
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";
        response.Headers["X-Accel-Buffering"] = "no";

        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var session = McpServer.Create(transport, server.Options, loggers);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var running = session.RunAsync(ended.Token);
        try
        {
            var answered = await transport.HandlePostRequestAsync(
                message, response.Body, first => ChooseStatus(response, revision, first), context.RequestAborted);
            if (!answered)
            {
                response.ContentType = null;
                response.StatusCode = StatusCodes.Status202Accepted;
            }
        }
        finally
        {
            await ended.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it ends by the cancellation above
        }
    }

    /// <summary>MCP 2026-07-28 maps some errors onto the status line, which must be chosen before the first byte.</summary>
    private static ValueTask ChooseStatus(HttpResponse response, string revision, JsonRpcMessage? first)
    {
        if (revision == ProtocolRevision.Modern && first is JsonRpcError { Error: { } error } && !response.HasStarted)
        {
            response.StatusCode = error.Code switch
            {
                (int)McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
                -32020 or -32021 or -32022 => StatusCodes.Status400BadRequest,
                _ => response.StatusCode,
            };
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The mesh method that a request uses; null for lists and discovery.</summary>
    private string? MethodOf(McpEnvelope envelope) => envelope.Method switch
    {
        "tools/call" => served.MethodOf(envelope.Target ?? ""),
        "resources/read" or "prompts/get" or "completion/complete" => served.MethodOf(adapter.ReadTool),
        _ => null,
    };

    private async ValueTask<(McpEnvelope? Envelope, ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        var limits = served.Mesh.Limits;
        if (await BoundedBody.ReadAsync(request, limits.MaxBodyBytes, cancellationToken) is not { } body)
        {
            return (null, default,
                new Refusal(StatusCodes.Status413PayloadTooLarge, -32600, $"body: must have at most {limits.MaxBodyBytes} bytes."));
        }
        try
        {
            return (McpEnvelope.Read(body, limits.MaxDepth), body, null);
        }
        catch (JsonException error)
        {
            return (null, default, new Refusal(StatusCodes.Status400BadRequest, -32700,
                $"body: must be JSON without duplicate keys, at most {limits.MaxDepth} deep (line {error.LineNumber}, byte " +
                    $"{error.BytePositionInLine})."));
        }
        catch (FormatException error)
        {
            return (null, default, new Refusal(StatusCodes.Status400BadRequest, -32600, error.Message));
        }
    }
}
