namespace McpMesh.Protocol;

/// <summary>
/// Watches a server-sent event stream pass by in chunks of any size, without keeping it: where events end, so that a keep-alive comment
/// never falls into one, and the JSON-RPC answer that one of them carries. A mutable value: keep it in a field or pass it by reference.
/// </summary>
public struct SseAnswerScanner
{
    private enum At : byte
    {
        LineStart, Field, Value, Ignored,
    }

    private static ReadOnlySpan<byte> DataField => "data:"u8;

    private JsonRpcAnswerScanner _event;
    private At _at;
    private int _matched;
    private bool _afterCarriageReturn, _eventIsOpen;

    /// <summary>The answer, once <see cref="HasAnswer"/>.</summary>
    public JsonRpcAnswerScanner Answer { get; private set; }

    /// <summary>True once an event held a JSON-RPC response.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>True where a line of our own may be written: at the start, and behind the empty line that ends an event.</summary>
    public readonly bool IsBetweenEvents => _at == At.LineStart && !_eventIsOpen;

    /// <summary>Looks at the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            if (_at == At.LineStart && _afterCarriageReturn)
            {
                _afterCarriageReturn = false;
                if (chunk[0] == (byte)'\n')
                {
                    chunk = chunk[1..];
                    continue;
                }
            }

            var end = chunk.IndexOfAny((byte)'\r', (byte)'\n');
            Line(end < 0 ? chunk : chunk[..end]);
            if (end < 0) return;
            EndLine();
            _afterCarriageReturn = chunk[end] == (byte)'\r';
            chunk = chunk[(end + 1)..];
        }
    }

    private void Line(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) return;
        if (_at == At.LineStart) (_at, _matched) = (At.Field, 0);
        while (_at == At.Field && !part.IsEmpty)
        {
            if (part[0] != DataField[_matched]) _at = At.Ignored;
            else if (++_matched == DataField.Length) _at = At.Value;
            part = part[1..];
        }

        // A leading space is not part of the value, and JSON does not care.
        if (_at == At.Value) _event.Feed(part);
    }

    private void EndLine()
    {
        if (_at != At.LineStart)
        {
            _at = At.LineStart;
            _eventIsOpen = true;
            _event.Feed("\n"u8);
            return;
        }

        _eventIsOpen = false;
        if (_event.IsAnswer) (Answer, HasAnswer) = (_event, true);
        _event = default;
    }
}
