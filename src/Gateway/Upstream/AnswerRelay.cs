using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>Passes a server's answer on: one JSON body, an event stream, or an error that says what is wrong with it.</summary>
internal sealed class AnswerRelay(EventStreamRelay events)
{
    private const int LargestErrorBody = 64 * 1024;
    private const int ChunkBytes = 16 * 1024;

    /// <summary>Answers of at most this size are checked as a whole before their first byte is passed on.</summary>
    private const int HeldBack = 1024 * 1024;

    public ValueTask<GatewayError?> RelayAsync(GatewayCall call, HttpResponseMessage response, CallLifetime lifetime)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if ((int)response.StatusCode != StatusCodes.Status200OK) return RelayFailureAsync(call, response, lifetime);
        if (EventStreamAnswer.ContentType.Equals(type, StringComparison.OrdinalIgnoreCase))
            return events.RelayAsync(call, response, lifetime);
        return JsonAnswer.ContentType.Equals(type, StringComparison.OrdinalIgnoreCase)
            ? RelayJsonAsync(call, response, lifetime)
            : new(GatewayErrors.ServerFailed("The server answered with another content type than MCP has.", StatusCodes.Status200OK));
    }

    private static async ValueTask<GatewayError?> RelayJsonAsync(GatewayCall call, HttpResponseMessage response, CallLifetime lifetime)
    {
        var length = response.Content.Headers.ContentLength;
        using var held = new PooledBuffer((int)Math.Clamp(length + 1 ?? 4096, 1024, HeldBack));
        var scanner = default(JsonRpcAnswerScanner);
        await using var stream = await response.Content.ReadAsStreamAsync(lifetime.Token);
        while (true)
        {
            var memory = held.GetMemory(1);
            var read = await stream.ReadAsync(memory, lifetime.Token);
            if (read == 0) break;
            scanner.Feed(memory.Span[..read]);
            held.Advance(read);
            if (held.Length < HeldBack) continue;
            lifetime.AnswerBegan();
            return await StreamJsonAsync(call, stream, held, scanner, length, lifetime);
        }

        if (!scanner.IsAnswer || !scanner.HasId(call.Envelope!.Id.Of(call.Body.Span)))
            return GatewayErrors.ServerFailed("The server's answer is no JSON-RPC answer to this request.", StatusCodes.Status200OK);
        CallOutcome.Set(call, in scanner);
        await JsonAnswer.WriteAsync(call.Http.Response, held.Written, call.Http.RequestAborted);
        return null;
    }

    private static async ValueTask<GatewayError?> StreamJsonAsync(
        GatewayCall call, Stream stream, PooledBuffer held, JsonRpcAnswerScanner scanner, long? length, CallLifetime lifetime)
    {
        var response = call.Http.Response;
        (response.ContentType, response.ContentLength) = (JsonAnswer.ContentType, length);
        await response.BodyWriter.WriteAsync(held.Written, lifetime.Token);
        while (true)
        {
            var memory = response.BodyWriter.GetMemory(ChunkBytes);
            var read = await stream.ReadAsync(memory, lifetime.Token);
            if (read == 0) break;
            scanner.Feed(memory.Span[..read]);
            response.BodyWriter.Advance(read);
            await response.BodyWriter.FlushAsync(lifetime.Token);
        }

        if (scanner.IsAnswer) CallOutcome.Set(call, in scanner);
        else call.Http.Abort();
        return null;
    }

    private static async ValueTask<GatewayError?> RelayFailureAsync(GatewayCall call, HttpResponseMessage response, CallLifetime lifetime)
    {
        var status = (int)response.StatusCode;
        using var body = new PooledBuffer(1024);
        await using var stream = await response.Content.ReadAsStreamAsync(lifetime.Token);
        int read;
        while (body.Length < LargestErrorBody && (read = await stream.ReadAsync(body.GetMemory(1), lifetime.Token)) > 0) body.Advance(read);

        var scanner = default(JsonRpcAnswerScanner);
        scanner.Feed(body.Span);
        if (status is StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound
            && scanner is { IsAnswer: true, IsError: true } && scanner.HasId(call.Envelope!.Id.Of(call.Body.Span)))
        {
            // In the legacy era 404 means that the session has ended, which is not what the server says.
            if (call.Era == McpEra.Modern) call.Http.Response.StatusCode = status;
            CallOutcome.Set(call, in scanner);
            await JsonAnswer.WriteAsync(call.Http.Response, body.Written, call.Http.RequestAborted);
            return null;
        }

        if (call.Server!.IsThroughSidecar && SidecarFailure.IsIn(body.Span))
            return GatewayErrors.ServerUnavailable("The server cannot be reached.");
        return status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
            ? GatewayErrors.ServerFailed("The server refused the token of this hop.", status) with { Outcome = "failed" }
            : GatewayErrors.ServerFailed("The server answered with an HTTP error.", status);
    }
}
