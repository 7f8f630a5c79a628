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

    private static readonly OcsfName[] OfMetadata =
    [
        new("uid", OcsfField.Id), new("correlation_uid", OcsfField.Transaction), new("log_provider", OcsfField.Emitter),
    ];

    private static readonly OcsfName[] OfRoot =
    [
        new("time_dt", OcsfField.Time), new("status_code", OcsfField.Outcome), new("status_detail", OcsfField.Reason),
    ];

    private static readonly OcsfName[] OfMesh =
    [
        new("kind", OcsfField.Kind), new("call_id", OcsfField.CallId), new("subject", OcsfField.Subject),
        new("client_id", OcsfField.ClientId), new("audience", OcsfField.Audience), new("operation", OcsfField.Operation),
        new("method", OcsfField.Method), new("tool_digest", OcsfField.ToolDigest), new("args_digest", OcsfField.ArgumentDigest),
        new("token_jti", OcsfField.AccessTokenId), new("id_jag_jti", OcsfField.IdJagId), new("id_jag_iss", OcsfField.IdJagIssuer),
        new("scope", OcsfField.Scope), new("decision", OcsfField.Decision), new("rule", OcsfField.Rule),
        new("policy_digest", OcsfField.PolicyDigest), new("trace_id", OcsfField.TraceId),
    ];

    /// <summary>From the event's first token to its last.</summary>
    internal static OcsfRecord Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> source)
    {
        var record = new OcsfRecord(source);
        if (reader.TokenType != JsonTokenType.StartObject) throw new OcsfFormatException("the event must be a JSON object");
        int? classUid = null, typeUid = null, hop = null;
        bool hasMetadata = false, hasUnmapped = false, hasMesh = false;
        var next = 0;
        while (NextName(ref reader))
        {
            if (TryReadText(ref reader, OfRoot, ref next, ref record)) continue;
            if (reader.ValueTextEquals("metadata"u8))
            {
                hasMetadata = EnterObject(ref reader, "metadata");
                ReadMetadata(ref reader, ref record);
            }
            else if (reader.ValueTextEquals("class_uid"u8))
            {
                classUid = Number(ref reader, "class_uid");
            }
            else if (reader.ValueTextEquals("type_uid"u8))
            {
                typeUid = Number(ref reader, "type_uid");
            }
            else if (reader.ValueTextEquals("unmapped"u8))
            {
                hasUnmapped = EnterObject(ref reader, "unmapped");
                hasMesh = ReadUnmapped(ref reader, ref record, ref hop);
            }
            else
            {
                Skip(ref reader);
            }
        }

        if (!hasMetadata) throw new OcsfFormatException("metadata must be an object");
        if (!hasUnmapped) throw new OcsfFormatException("unmapped must be an object");
        if (!hasMesh) throw new OcsfFormatException("mcpmesh must be an object");
        record.Kind = OcsfWord.Kind(Require(in record, OcsfField.Kind, "kind")) ?? throw new OcsfFormatException($"{Mesh}.kind is unknown");
        var ocsfClass = OcsfClass.Of(record.Kind);
        Require(classUid, "class_uid", ocsfClass.Class);
        Require(typeUid, "type_uid", ocsfClass.Type);
        record.Time = TimeOf(Require(in record, OcsfField.Time, "time_dt"));
        if (Require(in record, OcsfField.Id, "uid").IsEmpty) throw new OcsfFormatException("metadata.uid must not be empty");
        Require(in record, OcsfField.Emitter, "log_provider");
        record.Hop = hop ?? throw new OcsfFormatException("hop must be an integer");
        return record;
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, ref OcsfRecord record)
    {
        var next = 0;
        while (NextName(ref reader))
            if (!TryReadText(ref reader, OfMetadata, ref next, ref record)) Skip(ref reader);
    }

    private static bool ReadUnmapped(ref Utf8JsonReader reader, ref OcsfRecord record, ref int? hop)
    {
        var hasMesh = false;
        while (NextName(ref reader))
        {
            if (!reader.ValueTextEquals("mcpmesh"u8))
            {
                Skip(ref reader);
                continue;
            }
            hasMesh = EnterObject(ref reader, "mcpmesh");
            ReadMesh(ref reader, ref record, ref hop);
        }
        return hasMesh;
    }

    private static void ReadMesh(ref Utf8JsonReader reader, ref OcsfRecord record, ref int? hop)
    {
        var next = 0;
        while (NextName(ref reader))
        {
            if (TryReadText(ref reader, OfMesh, ref next, ref record)) continue;
            if (reader.ValueTextEquals("hop"u8)) hop = Number(ref reader, "hop");
            else if (reader.ValueTextEquals("actors"u8)) record.Actors = Actors(ref reader);
            else Skip(ref reader);
        }
    }

    /// <summary>Writers keep an order, so the search begins behind the name that came last.</summary>
    private static bool TryReadText(ref Utf8JsonReader reader, OcsfName[] names, ref int next, ref OcsfRecord record)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var at = next + i < names.Length ? next + i : next + i - names.Length;
            if (!reader.ValueTextEquals(names[at].Utf8)) continue;
            reader.Read();
            CheckText(in reader, names[at].Text);
            record.Set(names[at].Field, in reader);
            next = at + 1;
            return true;
        }
        return false;
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
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var count = 0;
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && ++count <= AuditEventBounds.MaxActors)
                CheckText(in reader, $"{Mesh}.actors[]");
        }
        return reader.TokenType == JsonTokenType.EndArray
            ? start..(int)reader.BytesConsumed
            : throw new OcsfFormatException($"{Mesh}.actors must be an array of at most {AuditEventBounds.MaxActors} texts");
    }

    private static DateTimeOffset TimeOf(ReadOnlySpan<byte> utf8)
    {
        if (Utf8Parser.TryParse(utf8, out DateTimeOffset written, out var length, 'O') && length == utf8.Length) return written;
        var text = Encoding.UTF8.GetString(utf8);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new OcsfFormatException("time_dt must be an RFC 3339 time");
    }

    private static int Number(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
            ? number
            : throw new OcsfFormatException($"{name} must be an integer");
    }

    private static ReadOnlySpan<byte> Require(in OcsfRecord record, OcsfField field, string name) =>
        record.Has(field) ? record.Utf8(field) : throw new OcsfFormatException($"{name} is required");

    private static void Require(int? number, string name, int expected)
    {
        if (number is null) throw new OcsfFormatException($"{name} must be an integer");
        if (number != expected) throw new OcsfFormatException($"{name} must be {expected} for this kind");
    }

    private static bool EnterObject(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.StartObject ? true : throw new OcsfFormatException($"{name} must be an object");
    }

    private static bool NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private readonly struct OcsfName(string text, OcsfField field)
    {
        public string Text { get; } = text;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);

        public OcsfField Field { get; } = field;
    }
}
