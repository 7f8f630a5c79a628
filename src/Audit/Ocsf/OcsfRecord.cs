using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>
/// One event where it stands in a larger JSON text: every rule of it is checked, and no text of it has been copied. A log that keeps the
/// event's bytes needs no more.
/// </summary>
public ref struct OcsfRecord
{
    private readonly ReadOnlySpan<byte> _source;
    private Texts _texts;

    internal OcsfRecord(ReadOnlySpan<byte> source) => _source = source;

    /// <summary>When, by the emitter's clock.</summary>
    public DateTimeOffset Time { get; internal set; }

    /// <summary>What happened.</summary>
    public AuditEventKind Kind { get; internal set; }

    /// <summary>Hop number within the transaction; null until it is read.</summary>
    internal int? Hop { get; set; }

    internal int? Class { get; set; }

    internal int? Type { get; set; }

    /// <summary>Where the array of actors stands: texts, or objects with a text <c>sub</c>.</summary>
    internal Range Actors { get; set; }

    /// <summary>Where a text stands in the source; false when it is written there with escapes.</summary>
    public readonly bool TryPlace(OcsfField field, out Range place)
    {
        var slot = _texts[(int)field];
        place = slot.Start..(slot.Start + slot.Length);
        return !Raw(field).Contains((byte)'\\');
    }

    /// <summary>A text in UTF-8; empty when the event does not have it.</summary>
    public readonly ReadOnlySpan<byte> Utf8(OcsfField field)
    {
        var raw = Raw(field);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(Unescape(field)) : raw;
    }

    /// <summary>A text; null when the event does not have it.</summary>
    public readonly string? Text(OcsfField field) =>
        !Has(field) ? null : Raw(field).Contains((byte)'\\') ? Unescape(field) : Encoding.UTF8.GetString(Raw(field));

    internal readonly bool Has(OcsfField field) => _texts[(int)field].Start > 0;

    /// <summary>Notes where the value of the current token, a string, stands.</summary>
    internal void Set(OcsfField field, scoped in Utf8JsonReader reader) =>
        _texts[(int)field] = new Slot((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);

    internal readonly AuditEvent ToEvent() => new()
    {
        Id = Text(OcsfField.Id)!,
        Kind = Kind,
        Time = Time,
        Emitter = Text(OcsfField.Emitter)!,
        Transaction = Text(OcsfField.Transaction),
        Outcome = Text(OcsfField.Outcome),
        Reason = Text(OcsfField.Reason),
        Hop = Hop ?? 0,
        CallId = Text(OcsfField.CallId),
        Subject = Text(OcsfField.Subject),
        ClientId = Text(OcsfField.ClientId),
        Actors = ActorTexts(),
        Audience = Text(OcsfField.Audience),
        Operation = Text(OcsfField.Operation),
        Method = Text(OcsfField.Method),
        ToolDigest = Text(OcsfField.ToolDigest),
        ArgumentDigest = Text(OcsfField.ArgumentDigest),
        AccessTokenId = Text(OcsfField.AccessTokenId),
        IdJagId = Text(OcsfField.IdJagId),
        IdJagIssuer = Text(OcsfField.IdJagIssuer),
        Scope = Text(OcsfField.Scope),
        Decision = Text(OcsfField.Decision),
        Rule = Text(OcsfField.Rule),
        PolicyDigest = Text(OcsfField.PolicyDigest),
        Approval = Text(OcsfField.Approval),
        TraceId = Text(OcsfField.TraceId),
    };

    private readonly ReadOnlySpan<byte> Raw(OcsfField field)
    {
        var slot = _texts[(int)field];
        return _source.Slice(slot.Start, slot.Length);
    }

    private readonly string Unescape(OcsfField field)
    {
        var slot = _texts[(int)field];
        var reader = new Utf8JsonReader(_source.Slice(slot.Start - 1, slot.Length + 2));
        reader.Read();
        return reader.GetString()!;
    }

    private readonly ImmutableArray<string> ActorTexts()
    {
        var json = _source[Actors];
        if (json.IsEmpty) return [];
        var actors = ImmutableArray.CreateBuilder<string>();
        var reader = new Utf8JsonReader(json);
        var isActor = true;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName) isActor = reader.ValueTextEquals("sub"u8);
            else if (reader.TokenType == JsonTokenType.EndObject) isActor = true;
            else if (reader.TokenType == JsonTokenType.String && isActor) actors.Add(reader.GetString()!);
        }
        return actors.DrainToImmutable();
    }

    private readonly record struct Slot(int Start, int Length);

    [InlineArray((int)OcsfField.Actors)]
    private struct Texts
    {
        private Slot _first;
    }
}
