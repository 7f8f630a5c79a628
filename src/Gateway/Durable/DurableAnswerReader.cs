using System.Buffers;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Upstream;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>Reads a response whole, as one JSON body or as a stream of events, and passes notifications on as they come.</summary>
internal sealed class DurableAnswerReader(string callId, ProgressBoard progress, int mostBytes)
{
    private readonly ArrayBufferWriter<byte> _event = new();
    private readonly Queue<byte[]> _notifications = new();
    private DurableAnswer _answer;

    public async Task<DurableAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var isStream = EventStreamAnswer.ContentType.Equals(
            response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase);
        using var body = new PooledBuffer(4096);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var done = 0;
        int read;
        while (!_answer.Parts.IsAnswer && (read = await stream.ReadAsync(body.GetMemory(1), cancellationToken)) > 0)
        {
            body.Advance(read);
            if (body.Length - done > mostBytes) return new DurableAnswer { IsTooLarge = true };
            if (isStream) done += ReadEvents(body.Span[done..]);
            while (_notifications.TryDequeue(out var notification)) await progress.PostAsync(callId, notification);
        }

        if (!isStream) ReadMessage(body.Span);
        return _answer with { IsSidecarFailure = !_answer.Parts.IsAnswer && SidecarFailure.IsIn(body.Span) };
    }

    /// <summary>Reads what is complete; returns its length.</summary>
    private int ReadEvents(ReadOnlySpan<byte> received)
    {
        var end = EndOfEvents(received);
        var events = new SseEventReader(received[..end]);
        while (events.TryRead(_event)) ReadMessage(_event.WrittenSpan);
        return end;
    }

    private void ReadMessage(ReadOnlySpan<byte> message)
    {
        var scanner = default(JsonRpcAnswerScanner);
        scanner.Feed(message);
        if (!scanner.IsAnswer)
        {
            if (!message.IsEmpty) _notifications.Enqueue(message.ToArray());
            return;
        }

        _answer = new DurableAnswer
        {
            Parts = AnswerParts.Of(message),
            IsToolError = scanner.IsToolError,
            ErrorCode = scanner.IsError ? scanner.ErrorCode : 0,
        };
    }

    private static int EndOfEvents(ReadOnlySpan<byte> received)
    {
        var lines = received.LastIndexOf("\n\n"u8);
        var pairs = received.LastIndexOf("\r\n\r\n"u8);
        var returns = received.LastIndexOf("\r\r"u8);
        return Math.Max(lines < 0 ? 0 : lines + 2, Math.Max(pairs < 0 ? 0 : pairs + 4, returns < 0 ? 0 : returns + 2));
    }
}
