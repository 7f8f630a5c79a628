using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace McpMesh.Protocol;

/// <summary>
/// Inspects a request body in one pass. Refuses what parsers are known to read differently: member names that occur twice in any object,
/// invalid UTF-8, names that differ from the specification's only in case, trailing data, nesting beyond a bound. Batches are refused in
/// every
/// revision.
/// </summary>
public ref struct JsonRpcEnvelopeReader
{
    private readonly ReadOnlySpan<byte> _body;
    private Utf8JsonReader _reader;
    private MemberNames _names;
    private JsonRpcFault? _fault;
    private JsonRange _message, _id, _params, _name, _uri, _arguments, _cursor, _reference, _meta, _capabilities, _progress,
        _parent, _state, _key, _requestState, _taskId;
    private string? _method, _protocolVersion;
    private bool _isVersioned, _isResponse, _referenceIsUri;

    private JsonRpcEnvelopeReader(ReadOnlySpan<byte> body, int maxDepth, MemberNames names)
    {
        _body = body;
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
        _names = names;
    }

    /// <summary>Reads one message.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="maxDepth">Deepest nesting that is accepted; the message itself is level 1.</param>
    /// <param name="envelope">The parts; null when refused.</param>
    /// <param name="fault">Why it was refused: −32700 for what is not JSON, −32600 for what is not a message, −32602 for wrong
    /// parameters.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body, int maxDepth, [NotNullWhen(true)] out JsonRpcEnvelope? envelope,
        [NotNullWhen(false)] out JsonRpcFault? fault)
    {
        envelope = null;
        if (!Utf8.IsValid(body))
        {
            fault = new JsonRpcFault(JsonRpcErrorCode.ParseError, "The body is not valid UTF-8.");
            return false;
        }

        var names = new MemberNames(body, maxDepth, stackalloc MemberName[64], stackalloc int[128]);
        var reader = new JsonRpcEnvelopeReader(body, maxDepth, names);
        try
        {
            fault = reader.ReadMessage();
            if (fault is null) envelope = reader.ToEnvelope();
        }
        catch (JsonException)
        {
            fault = new JsonRpcFault(JsonRpcErrorCode.ParseError, $"The body is not one JSON value of at most {maxDepth} levels.");
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to escapes that form no Unicode text (a lone surrogate).
            fault = new JsonRpcFault(JsonRpcErrorCode.ParseError, "The body has a string that is not Unicode text.");
        }
        finally
        {
            reader._names.Dispose();
        }

        return fault is null;
    }

    private JsonRpcFault? ReadMessage()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.StartArray) return Invalid("Batches are not accepted: send one message per POST.");
        if (_reader.TokenType != JsonTokenType.StartObject) return Invalid("The body must be a JSON object.");
        var start = (int)_reader.TokenStartIndex;
        _names.Enter(in _reader);
        while (NextMember())
        {
            if (_reader.ValueTextEquals("jsonrpc"u8)) ReadVersion();
            else if (_reader.ValueTextEquals("id"u8)) ReadId();
            else if (_reader.ValueTextEquals("method"u8)) ReadMethod();
            else if (_reader.ValueTextEquals("params"u8)) ReadParams();
            else if (_reader.ValueTextEquals("result"u8) || _reader.ValueTextEquals("error"u8)) _isResponse = Skip().IsPresent;
            else if (IsCaseVariant("jsonrpc", "id", "method", "params", "result", "error")) return _fault;
            else Skip();
            if (_fault is not null) return _fault;
        }

        if (_fault is not null) return _fault;
        _message = new JsonRange(start, (int)_reader.BytesConsumed - start);
        _reader.Read();
        if (!_isVersioned) return Invalid("jsonrpc must be \"2.0\".");
        if (_isResponse == _method is not null) return Invalid("The message must have either method, or result or error.");
        return null;
    }

    private void ReadVersion()
    {
        _reader.Read();
        _isVersioned = _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals("2.0"u8);
        if (!_isVersioned) _fault = Invalid("jsonrpc must be \"2.0\".");
    }

    private void ReadId()
    {
        _reader.Read();
        var isInteger = _reader.TokenType == JsonTokenType.Number && !_reader.ValueSpan.ContainsAny(".eE"u8);
        if (!isInteger && _reader.TokenType != JsonTokenType.String) _fault = Invalid("id must be a string or an integer.");
        else if (Scalar() is { Length: > JsonRpcEnvelope.MaxIdBytes })
            _fault = Invalid($"id must not exceed {JsonRpcEnvelope.MaxIdBytes} bytes.");
        else _id = Scalar();
    }

    private void ReadMethod()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String) _fault = Invalid("method must be a string.");
        else _method = _reader.ValueIsEscaped ? _reader.GetString()! : McpMethod.From(_reader.ValueSpan);
    }

    private void ReadParams()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _fault = Invalid("params must be an object.");
            return;
        }

        var start = (int)_reader.TokenStartIndex;
        _names.Enter(in _reader);
        while (NextMember())
        {
            if (_reader.ValueTextEquals("name"u8)) _name = ReadText("params.name");
            else if (_reader.ValueTextEquals("uri"u8)) _uri = ReadText("params.uri");
            else if (_reader.ValueTextEquals("cursor"u8)) _cursor = ReadText("params.cursor");
            else if (_reader.ValueTextEquals("arguments"u8)) _arguments = ReadObject("params.arguments");
            else if (_reader.ValueTextEquals("requestState"u8)) _requestState = ReadText("params.requestState");
            else if (_reader.ValueTextEquals("taskId"u8)) _taskId = ReadText("params.taskId");
            else if (_reader.ValueTextEquals("ref"u8)) ReadReference();
            else if (_reader.ValueTextEquals("_meta"u8)) ReadMeta();
            else if (IsCaseVariant("name", "uri", "cursor", "arguments", "requestState", "taskId", "ref", "_meta")) return;
            else Skip();
            if (_fault is not null) return;
        }

        _params = new JsonRange(start, (int)_reader.BytesConsumed - start);
    }

    private void ReadReference()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _fault = new JsonRpcFault(JsonRpcErrorCode.InvalidParams, "params.ref must be an object.");
            return;
        }

        _names.Enter(in _reader);
        while (NextMember())
        {
            if (_reader.ValueTextEquals("name"u8)) _reference = ReadText("params.ref.name");
            else if (_reader.ValueTextEquals("uri"u8)) (_reference, _referenceIsUri) = (ReadText("params.ref.uri"), true);
            else Skip();
            if (_fault is not null) return;
        }
    }

    private void ReadMeta()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _fault = new JsonRpcFault(JsonRpcErrorCode.InvalidParams, "params._meta must be an object.");
            return;
        }

        var start = (int)_reader.TokenStartIndex;
        _names.Enter(in _reader);
        while (NextMember())
        {
            if (_reader.ValueTextEquals("io.modelcontextprotocol/protocolVersion"u8)) ReadProtocolVersion();
            else if (_reader.ValueTextEquals("io.modelcontextprotocol/clientCapabilities"u8))
                _capabilities = ReadObject("params._meta[\"" + McpMetaKey.ClientCapabilities + "\"]");
            else if (_reader.ValueTextEquals("progressToken"u8)) ReadProgressToken();
            else if (_reader.ValueTextEquals("traceparent"u8)) _parent = ReadText("params._meta.traceparent");
            else if (_reader.ValueTextEquals("tracestate"u8)) _state = ReadText("params._meta.tracestate");
            else if (_reader.ValueTextEquals("dev.mcpmesh/idempotencyKey"u8)) ReadIdempotencyKey();
            else Skip();
            if (_fault is not null) return;
        }

        _meta = new JsonRange(start, (int)_reader.BytesConsumed - start);
    }

    private void ReadProtocolVersion()
    {
        if (ReadText("params._meta[\"" + McpMetaKey.ProtocolVersion + "\"]").IsPresent)
            _protocolVersion = _reader.ValueTextEquals("2026-07-28"u8) ? McpRevision.V20260728.Version : _reader.GetString();
    }

    private void ReadProgressToken()
    {
        _reader.Read();
        if (_reader.TokenType is JsonTokenType.String or JsonTokenType.Number) _progress = Scalar();
        else _fault = new JsonRpcFault(JsonRpcErrorCode.InvalidParams, "params._meta.progressToken must be a string or an integer.");
    }

    private void ReadIdempotencyKey()
    {
        _key = ReadText("params._meta[\"" + McpMetaKey.IdempotencyKey + "\"]");
        if (_key.Length is 2 or > JsonRpcEnvelope.MaxKeyBytes)
        {
            _fault = new JsonRpcFault(
                JsonRpcErrorCode.InvalidParams,
                $"params._meta[\"{McpMetaKey.IdempotencyKey}\"] must have 1 to {JsonRpcEnvelope.MaxKeyBytes - 2} bytes.");
        }
    }

    private JsonRange ReadText(string field)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
        {
            // A lone surrogate must be refused here, not when the text is first needed.
            if (_reader.ValueIsEscaped) _ = _reader.GetString();
            return Scalar();
        }

        _fault = new JsonRpcFault(JsonRpcErrorCode.InvalidParams, $"{field} must be a string.");
        return default;
    }

    private JsonRange ReadObject(string field)
    {
        var range = Skip();
        if (range.IsPresent && _body[range.Start] != (byte)'{')
            _fault = new JsonRpcFault(JsonRpcErrorCode.InvalidParams, $"{field} must be an object.");
        return range;
    }

    private readonly JsonRange Scalar() => new((int)_reader.TokenStartIndex, (int)(_reader.BytesConsumed - _reader.TokenStartIndex));

    /// <summary>Moves to the next member's name; false at the end of the object or on a name that it has already.</summary>
    private bool NextMember()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.PropertyName) return false;
        if (_names.TryAdd(in _reader)) return true;
        _fault = Invalid("The body names a member of one object twice.");
        return false;
    }

    /// <summary>Passes over the member's value, looking at every name inside.</summary>
    private JsonRange Skip()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        var depth = _reader.CurrentDepth;
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            do
            {
                if (_reader.TokenType == JsonTokenType.StartObject) _names.Enter(in _reader);
                if (_reader.TokenType != JsonTokenType.PropertyName || _names.TryAdd(in _reader)) continue;
                _fault = Invalid("The body names a member of one object twice.");
                return default;
            }
            while (_reader.Read()
                && (_reader.CurrentDepth > depth || _reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray)));
        }

        return new JsonRange(start, (int)_reader.BytesConsumed - start);
    }

    private bool IsCaseVariant(params ReadOnlySpan<string> known)
    {
        if (_reader.ValueSpan.Length > 16) return false;
        foreach (var name in known)
        {
            if (!Ascii.EqualsIgnoreCase(_reader.ValueSpan, name)) continue;
            _fault = Invalid($"The body spells the member {name} in another case.");
            return true;
        }

        return false;
    }

    private readonly JsonRpcEnvelope ToEnvelope() => new()
    {
        Kind = _isResponse ? JsonRpcKind.Response : _id.IsPresent ? JsonRpcKind.Request : JsonRpcKind.Notification,
        Method = _method ?? "",
        Message = _message,
        Id = _id,
        Params = _params,
        Name = _name,
        Uri = _uri,
        Arguments = _arguments,
        Cursor = _cursor,
        RequestState = _requestState,
        TaskId = _taskId,
        Reference = _reference,
        ReferenceIsUri = _referenceIsUri,
        Meta = _meta,
        ProtocolVersion = _protocolVersion,
        ClientCapabilities = _capabilities,
        ProgressToken = _progress,
        TraceParent = _parent,
        TraceState = _state,
        IdempotencyKey = _key,
    };

    private static JsonRpcFault Invalid(string message) => new(JsonRpcErrorCode.InvalidRequest, message);
}
