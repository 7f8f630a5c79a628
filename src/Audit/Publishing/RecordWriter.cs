using System.Buffers;
using System.Text.Json;
using McpMesh.Audit.Ocsf;

namespace McpMesh.Audit.Publishing;

/// <summary>
/// Writes a record's JSON on the caller's thread into that thread's own buffer, so that the publisher's lock is held for a copy of bytes
/// only, and no record costs memory of its own.
/// </summary>
internal sealed class RecordWriter : IDisposable
{
    /// <summary>Most bytes of one record, so that none is too large for a message of its own.</summary>
    internal const int MaxBytes = 150 * 1024;

    /// <summary>Characters to which texts are cut in a record that is larger.</summary>
    private const int ShortText = 256;

    private const int KeptCapacity = 64 * 1024;

    [ThreadStatic]
    private static RecordWriter? t_writer;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;

    private RecordWriter() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The record as OCSF, valid until the thread writes its next one.</summary>
    /// <exception cref="AuditUnavailableException">The actor chain is too long to be recorded whole.</exception>
    internal static ReadOnlySpan<byte> Write(AuditEvent auditEvent)
    {
        var writer = t_writer ??= new RecordWriter();
        var json = writer.Serialize(AuditEventBounds.Fit(auditEvent));
        if (json.Length > MaxBytes) json = writer.Serialize(AuditEventBounds.Cut(auditEvent, ShortText));
        if (writer._buffer.Capacity <= KeptCapacity) return json;
        t_writer = null;
        writer.Dispose(); // the bytes stay
        return json;
    }

    public void Dispose() => _json.Dispose();

    private ReadOnlySpan<byte> Serialize(AuditEvent auditEvent)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        OcsfWriter.Write(_json, auditEvent);
        _json.Flush();
        return _buffer.WrittenSpan;
    }
}
