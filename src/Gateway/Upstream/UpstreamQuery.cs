using System.Buffers;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Routing;
using McpMesh.Identity;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>A request that the gateway makes on its own account (lists): the whole answer at once, whichever of the two forms it comes
/// in.</summary>
internal sealed class UpstreamQuery(UpstreamClient upstream)
{
    /// <summary>Largest answer, in bytes.</summary>
    public const int LargestAnswer = 4 * 1024 * 1024;

    /// <summary>The JSON-RPC answer.</summary>
    /// <exception cref="UpstreamException">There is none; the message may be shown to the caller.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(
        ServerTarget server, HopToken hop, string method, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            using var request = upstream.Create(server, hop, method, null, message);
            using var response = await upstream.SendAsync(request, cancellationToken);
            using var body = new PooledBuffer(4096);
            await ReadAsync(response, body, cancellationToken);
            var answer = Find(response.Content.Headers.ContentType?.MediaType, body.Span);
            if (answer is not null) return answer;
            throw new UpstreamException(server.IsThroughSidecar && SidecarFailure.IsIn(body.Span)
                ? "The server cannot be reached."
                : $"The server answered with HTTP status {(int)response.StatusCode} and no JSON-RPC answer.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new UpstreamException("The server cannot be reached.", e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException("The server did not answer in time.", e);
        }
    }

    private static async Task ReadAsync(HttpResponseMessage response, PooledBuffer body, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read;
        while ((read = await stream.ReadAsync(body.GetMemory(1), cancellationToken)) > 0)
        {
            body.Advance(read);
            if (body.Length > LargestAnswer) throw new UpstreamException($"The server's answer exceeds {LargestAnswer} bytes.");
        }
    }

    private static byte[]? Find(string? mediaType, ReadOnlySpan<byte> body)
    {
        if (!EventStreamAnswer.ContentType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            return IsAnswer(body) ? body.ToArray() : null;
        var events = new SseEventReader(body);
        var data = new ArrayBufferWriter<byte>();
        while (events.TryRead(data))
            if (IsAnswer(data.WrittenSpan)) return data.WrittenSpan.ToArray();
        return null;
    }

    private static bool IsAnswer(ReadOnlySpan<byte> message)
    {
        var scanner = default(JsonRpcAnswerScanner);
        scanner.Feed(message);
        return scanner.IsAnswer && scanner.HasId(ListRequest.Id);
    }
}
