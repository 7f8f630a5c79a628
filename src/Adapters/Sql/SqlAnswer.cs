using System.Buffers;
using System.Text.Json;

namespace McpMesh.Adapters.Sql;

/// <summary>
/// Collects rows as JSON until a bound is met: <c>{"columns":[{"name","type"}],"rows":[[…]],"rowCount":n,"truncated":bool}</c>. A row that
/// would cross the byte bound is left out as a whole.
/// </summary>
internal sealed class SqlAnswer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _answer = new(4096);
    private readonly ArrayBufferWriter<byte> _row = new(1024);
    private readonly Utf8JsonWriter _writer;
    private readonly int _maxRows;
    private readonly int _maxBytes;
    private int _rows;

    public SqlAnswer(IEnumerable<(string Name, string Type)> columns, int maxRows, int maxBytes)
    {
        (_maxRows, _maxBytes) = (maxRows, maxBytes);
        _writer = new Utf8JsonWriter(_row);
        _writer.WriteStartArray();
        foreach (var (name, type) in columns)
        {
            _writer.WriteStartObject();
            _writer.WriteString("name", name);
            _writer.WriteString("type", type);
            _writer.WriteEndObject();
        }
        _writer.WriteEndArray();
        _writer.Flush();
        _answer.Write("{\"columns\":"u8);
        _answer.Write(_row.WrittenSpan);
        _answer.Write(",\"rows\":["u8);
    }

    /// <summary>Rows were left out.</summary>
    public bool Truncated { get; private set; }

    /// <summary>
    /// Adds a row that <paramref name="write"/> writes as values; false when the answer is full, and the row is left out.
    /// </summary>
    public bool TryAdd<T>(T row, Action<Utf8JsonWriter, T> write)
    {
        if (_rows == _maxRows)
        {
            Truncated = true;
            return false;
        }
        _row.ResetWrittenCount();
        _writer.Reset(_row);
        _writer.WriteStartArray();
        write(_writer, row);
        _writer.WriteEndArray();
        _writer.Flush();
        if (_answer.WrittenCount + _row.WrittenCount > _maxBytes)
        {
            Truncated = true;
            return false;
        }
        if (_rows++ > 0) _answer.Write(","u8);
        _answer.Write(_row.WrittenSpan);
        return true;
    }

    /// <summary>The whole answer.</summary>
    public JsonElement Complete()
    {
        _answer.Write("],"u8);
        _row.ResetWrittenCount();
        _writer.Reset(_row);
        _writer.WriteStartObject();
        _writer.WriteNumber("rowCount", _rows);
        _writer.WriteBoolean("truncated", Truncated);
        _writer.WriteEndObject();
        _writer.Flush();
        _answer.Write(_row.WrittenSpan[1..]);
        using var document = JsonDocument.Parse(_answer.WrittenMemory);
        return document.RootElement.Clone();
    }

    public void Dispose() => _writer.Dispose();
}
