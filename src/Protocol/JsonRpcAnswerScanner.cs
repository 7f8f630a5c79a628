using System.Text.Json;

namespace McpMesh.Protocol;

/// <summary>
/// Watches a JSON-RPC answer pass by in chunks of any size, without keeping it: whether it is one JSON object, whose id it carries, and
/// whether it is a result, a tool's error (<c>result.isError</c>) or a JSON-RPC error. A mutable value: keep it in a field or pass it by
/// reference.
/// </summary>
public struct JsonRpcAnswerScanner
{
    private enum Part : byte
    {
        Other, Id, Result, Error, IsError, Code,
    }

    // A server may escape an id in another way than the client did, with six bytes for one at worst.
    private const int Capacity = 6 * JsonRpcEnvelope.MaxIdBytes;

    [System.Runtime.CompilerServices.InlineArray(Capacity)]
    private struct Text
    {
        private byte _first;
    }

    private Text _captured, _id;
    private int _capturedLength, _idLength, _depth;
    private Part _root, _inner;
    private bool _inString, _isEscaped, _expectsName, _isName, _captures, _hasResult, _hasError, _isToolError, _isStarted, _isMalformed,
        _innerIsObject;

    /// <summary>True once the outermost object was closed and nothing but white space followed.</summary>
    public readonly bool IsComplete => _isStarted && _depth == 0 && !_isMalformed;

    /// <summary>True for a complete message with an id and either a result or an error.</summary>
    public readonly bool IsAnswer => IsComplete && _idLength > 0 && _hasResult != _hasError;

    /// <summary>True when the answer is a JSON-RPC error.</summary>
    public readonly bool IsError => _hasError;

    /// <summary>True when the answer is a result with <c>isError: true</c>.</summary>
    public readonly bool IsToolError => _isToolError;

    /// <summary>Code of the JSON-RPC error; 0 when there is none.</summary>
    public int ErrorCode { get; private set; }

    /// <summary>True when the answer carries this id, given as JSON; a string may be escaped in another way.</summary>
    public readonly bool HasId(ReadOnlySpan<byte> id)
    {
        ReadOnlySpan<byte> mine = ((ReadOnlySpan<byte>)_id)[.._idLength];
        if (mine.SequenceEqual(id)) return true;
        if (!mine.StartsWith("\""u8) || !id.StartsWith("\""u8)) return false;
        var reader = new Utf8JsonReader(mine);
        return reader.Read() && reader.ValueTextEquals(JsonSplice.Text(id, new JsonRange(0, id.Length)));
    }

    /// <summary>Looks at the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> chunk)
    {
        for (var i = 0; i < chunk.Length; i++)
        {
            if (_inString)
            {
                // Everything up to the next quote or backslash is text that nobody here looks at, unless it is short and wanted.
                if (!_isEscaped && !_captures)
                {
                    var skip = chunk[i..].IndexOfAny((byte)'"', (byte)'\\');
                    if (skip < 0) return;
                    i += skip;
                }

                InString(chunk[i]);
            }
            else
            {
                Outside(chunk[i]);
            }
        }
    }

    private void InString(byte b)
    {
        Capture(b);
        if (_isEscaped || b == (byte)'\\')
        {
            _isEscaped = !_isEscaped;
            return;
        }

        if (b != (byte)'"') return;
        _inString = false;
        if (!_isName) return;
        Name();
        _captures = _isName = false;
    }

    private void Outside(byte b)
    {
        switch (b)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return;
            case (byte)'"':
                _inString = true;
                if (_depth is 1 or 2 && _expectsName)
                {
                    (_isName, _captures, _capturedLength) = (true, true, 0);
                    return;
                }

                Capture(b);
                return;
            case (byte)'{' or (byte)'[':
                Open(b == (byte)'{');
                return;
            case (byte)'}' or (byte)']':
                EndValue();
                _depth--;
                if (_depth < 0) _isMalformed = true;
                _expectsName = false;
                return;
            case (byte)',':
                EndValue();
                _expectsName = _depth == 1 || (_depth == 2 && _innerIsObject);
                return;
            case (byte)':':
                if (_depth is 1 or 2) StartValue();
                return;
            default:
                if (_depth == 0) _isMalformed = true;
                else Capture(b);
                return;
        }
    }

    private void Open(bool isObject)
    {
        if (_depth == 0)
        {
            _isMalformed |= _isStarted || !isObject;
            _isStarted = true;
        }

        _captures = false;
        _depth++;
        if (_depth == 2) _innerIsObject = isObject;
        _expectsName = isObject;
    }

    private void StartValue()
    {
        _expectsName = false;
        _capturedLength = 0;
        _captures = (_depth == 1 && _root == Part.Id) || (_depth == 2 && _inner is Part.IsError or Part.Code);
        if (_depth != 1) return;
        _hasResult |= _root == Part.Result;
        _hasError |= _root == Part.Error;
    }

    private void EndValue()
    {
        if (!_captures) return;
        _captures = false;
        var value = ((ReadOnlySpan<byte>)_captured)[.._capturedLength];
        if (_depth == 1 && _root == Part.Id && !value.SequenceEqual("null"u8))
        {
            value.CopyTo(_id);
            _idLength = value.Length;
        }
        else if (_depth == 2 && _inner == Part.IsError)
        {
            _isToolError = value.SequenceEqual("true"u8);
        }
        else if (_depth == 2 && _inner == Part.Code && System.Buffers.Text.Utf8Parser.TryParse(value, out int code, out _))
        {
            ErrorCode = code;
        }
    }

    private void Name()
    {
        // The closing quote was captured too.
        var name = ((ReadOnlySpan<byte>)_captured)[..Math.Max(0, _capturedLength - 1)];
        if (_depth == 1)
        {
            _root = name.SequenceEqual("id"u8) ? Part.Id : name.SequenceEqual("result"u8) ? Part.Result
                : name.SequenceEqual("error"u8) ? Part.Error : Part.Other;
        }
        else
        {
            _inner = _root == Part.Result && name.SequenceEqual("isError"u8) ? Part.IsError
                : _root == Part.Error && name.SequenceEqual("code"u8) ? Part.Code : Part.Other;
        }
    }

    private void Capture(byte b)
    {
        if (!_captures) return;
        if (_capturedLength < Capacity) _captured[_capturedLength++] = b;
        else if (!_isName) _captures = false;
    }
}
