using System.Buffers;
using System.Text;
using System.Text.Json;

namespace McpMesh.Protocol;

/// <summary>Changes single values of a JSON text and leaves every other byte as it was received: no parse tree, no re-escaping, no
/// reordering.</summary>
public static class JsonSplice
{
    /// <summary>Writes <paramref name="source"/> with the edits applied.</summary>
    /// <param name="edits">In ascending order of position, not overlapping.</param>
    /// <exception cref="ArgumentException">The edits overlap, are out of order, or lie outside the source.</exception>
    public static void Write(ReadOnlySpan<byte> source, ReadOnlySpan<JsonEdit> edits, IBufferWriter<byte> output)
    {
        var position = 0;
        foreach (var edit in edits)
        {
            if (edit.At.Start < position || edit.At.End > source.Length)
                throw new ArgumentException("Edits must be in order and inside the source.", nameof(edits));
            output.Write(source[position..edit.At.Start]);
            output.Write(edit.Replacement.Span);
            position = edit.At.End;
        }

        output.Write(source[position..]);
    }

    /// <summary>An edit that puts <paramref name="members"/> (without a trailing comma) first into the object at <paramref
    /// name="target"/>.</summary>
    public static JsonEdit Prepend(ReadOnlySpan<byte> source, JsonRange target, ReadOnlySpan<byte> members)
    {
        var inside = source[(target.Start + 1)..target.End].TrimStart(" \t\r\n"u8);
        var isEmpty = inside[0] == (byte)'}';
        var text = new byte[members.Length + (isEmpty ? 0 : 1)];
        members.CopyTo(text);
        if (!isEmpty) text[^1] = (byte)',';
        return new JsonEdit(new JsonRange(target.Start + 1, 0), text);
    }

    /// <summary>A JSON string, quotes included.</summary>
    public static byte[] Quote(ReadOnlySpan<char> text)
    {
        var encoded = JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
        var quoted = new byte[encoded.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        encoded.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    /// <summary>The text of a JSON string that stands at <paramref name="at"/> in a document that is known to be valid.</summary>
    public static string Text(ReadOnlySpan<byte> document, JsonRange at)
    {
        var raw = at.Of(document)[1..^1];
        if (!raw.Contains((byte)'\\')) return Encoding.UTF8.GetString(raw);
        var reader = new Utf8JsonReader(at.Of(document));
        reader.Read();
        return reader.GetString()!;
    }
}
