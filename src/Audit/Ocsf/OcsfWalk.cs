using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace McpMesh.Audit.Ocsf;

/// <summary>The one pass over an event's tokens: notes what a reader needs back and checks every rule on the way.</summary>
internal static class OcsfWalk
{
    private const string Mesh = "unmapped.mcpmesh";

    /// <summary>From the event's first token to its last.</summary>
    internal static OcsfRecord Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> source)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new OcsfFormatException("the event must be a JSON object");
        var record = new OcsfRecord(source);
        ReadObject(ref reader, OcsfNode.Event, ref record);
        record.Kind = OcsfWord.Kind(Require(in record, OcsfField.Kind, $"{Mesh}.kind"))
            ?? throw new OcsfFormatException($"{Mesh}.kind is unknown");
        var ocsfClass = OcsfClass.Of(record.Kind);
        Require(record.Class, "class_uid", ocsfClass.Class);
        Require(record.Type, "type_uid", ocsfClass.Type);
        record.Time = TimeOf(Require(in record, OcsfField.Time, "time_dt"));
        if (Require(in record, OcsfField.Id, "metadata.uid").IsEmpty) throw new OcsfFormatException("metadata.uid must not be empty");
        Require(in record, OcsfField.Emitter, "metadata.log_provider");
        if (record.Hop is null) throw new OcsfFormatException($"{Mesh}.hop is required");
        return record;
    }

    /// <summary>Writers keep an order, so the search for a name begins behind the one that came last.</summary>
    private static void ReadObject(ref Utf8JsonReader reader, OcsfNode node, ref OcsfRecord record)
    {
        var next = 0;
        while (NextName(ref reader))
        {
            var child = Find(in reader, node.Children, ref next);
            reader.Read();
            if (child is null) reader.Skip();
            else if (child.Field is { } field) ReadValue(ref reader, child, field, ref record);
            else ReadObjects(ref reader, child, ref record);
        }
    }

    /// <summary>Of an array the first object counts.</summary>
    private static void ReadObjects(ref Utf8JsonReader reader, OcsfNode node, ref OcsfRecord record)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref reader, node, ref record);
            return;
        }
        if (reader.TokenType != JsonTokenType.StartArray) throw new OcsfFormatException($"{node.Name} must be an object");
        for (var isFirst = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isFirst = false)
        {
            if (isFirst && reader.TokenType == JsonTokenType.StartObject) ReadObject(ref reader, node, ref record);
            else reader.Skip();
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, OcsfNode node, OcsfField field, ref OcsfRecord record)
    {
        switch (field)
        {
            case OcsfField.Class:
                record.Class = Number(in reader, node.Name);
                break;
            case OcsfField.Type:
                record.Type = Number(in reader, node.Name);
                break;
            case OcsfField.Hop:
                record.Hop = Number(in reader, node.Name);
                break;
            case OcsfField.Actors:
                record.Actors = Actors(ref reader);
                break;
            default:
                CheckText(in reader, node.Name);
                if (!node.IsUnknownMissing || !reader.ValueTextEquals(OcsfPlacement.Unknown)) record.Set(field, in reader);
                break;
        }
    }

    private static OcsfNode? Find(in Utf8JsonReader reader, OcsfNode[] nodes, ref int next)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            var at = next + i < nodes.Length ? next + i : next + i - nodes.Length;
            if (!reader.ValueTextEquals(nodes[at].Utf8)) continue;
            next = at + 1;
            return nodes[at];
        }
        return null;
    }

    private static void CheckText(in Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String) throw new OcsfFormatException($"{name} must be a text");
        var bytes = reader.ValueSpan;
        if (!reader.ValueIsEscaped && bytes.Length <= AuditEventBounds.MaxText && Utf8.IsValid(bytes)) return;
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new OcsfFormatException($"{name} must be valid Unicode", error);
        }
        if (text.Length > AuditEventBounds.MaxText)
            throw new OcsfFormatException($"{name} must have at most {AuditEventBounds.MaxText} characters");
    }

    private static Range Actors(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartArray) throw TooManyActors();
        for (var count = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == AuditEventBounds.MaxActors) throw TooManyActors();
            if (reader.TokenType == JsonTokenType.StartObject) ReadActor(ref reader);
            else CheckText(in reader, "an actor");
        }
        return start..(int)reader.BytesConsumed;
    }

    private static void ReadActor(ref Utf8JsonReader reader)
    {
        while (NextName(ref reader))
        {
            var isSubject = reader.ValueTextEquals("sub"u8);
            reader.Read();
            if (isSubject) CheckText(in reader, "an actor's sub");
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                throw new OcsfFormatException("an actor must hold texts only");
        }
    }

    private static OcsfFormatException TooManyActors() =>
        new($"the actors must be an array of at most {AuditEventBounds.MaxActors} texts");

    private static DateTimeOffset TimeOf(ReadOnlySpan<byte> utf8)
    {
        if (Utf8Parser.TryParse(utf8, out DateTimeOffset written, out var length, 'O') && length == utf8.Length) return written;
        var text = Encoding.UTF8.GetString(utf8);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new OcsfFormatException("time_dt must be an RFC 3339 time");
    }

    private static int Number(in Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
            ? number
            : throw new OcsfFormatException($"{name} must be an integer");

    private static ReadOnlySpan<byte> Require(in OcsfRecord record, OcsfField field, string name) =>
        record.Has(field) ? record.Utf8(field) : throw new OcsfFormatException($"{name} is required");

    private static void Require(int? number, string name, int expected)
    {
        if (number is null) throw new OcsfFormatException($"{name} must be an integer");
        if (number != expected) throw new OcsfFormatException($"{name} must be {expected} for this kind");
    }

    private static bool NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }
}
