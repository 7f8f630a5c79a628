using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace McpMesh.Policy.Arguments;

/// <summary>
/// Finds the values that a method's rules look at, in one pass over the raw bytes. Member names must be unique in every object: a server
/// may take the other one of two, and then the rule would have judged a value that is not used.
/// </summary>
internal sealed class ArgumentReader
{
    private const int MaxDepth = 64;
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = MaxDepth };

    private readonly PointerNode _root = new();
    private readonly FrozenDictionary<JsonPointer, int> _slots;

    public ArgumentReader(ImmutableArray<JsonPointer> pointers)
    {
        _slots = pointers.Index().ToFrozenDictionary(pointer => pointer.Item, pointer => pointer.Index);
        foreach (var (pointer, slot) in _slots)
            _root.Add(pointer, slot);
    }

    public int SlotOf(JsonPointer pointer) => _slots[pointer];

    /// <summary>
    /// The values by slot; null when the arguments are not one JSON object with unique names. No bytes mean no arguments.
    /// </summary>
    public ArgumentValue[]? Read(ReadOnlySpan<byte> json)
    {
        var values = new ArgumentValue[_slots.Count];
        if (json.IsEmpty)
            return values;

        try
        {
            var reader = new Utf8JsonReader(json, s_options);
            var readable = reader.Read() && reader.TokenType == JsonTokenType.StartObject && ReadValue(ref reader, _root, values);
            return readable && !reader.Read() ? values : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string with invalid UTF-8 or a lone surrogate: the reader says so only when the text is decoded.
            return null;
        }
    }

    /// <summary>Reads the value whose first token is current, up to its last token; false for a repeated member name.</summary>
    private static bool ReadValue(ref Utf8JsonReader reader, PointerNode? node, ArgumentValue[] values)
    {
        if (node is { Slot: >= 0 })
        {
            // Decoded here once, so that a text that cannot be decoded is refused as unreadable.
            if (reader.TokenType == JsonTokenType.String)
                reader.GetString();

            values[node.Slot] = new ArgumentValue(
                reader.TokenType, (int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
        }

        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, node, values),
            JsonTokenType.StartArray => ReadArray(ref reader, node, values),
            _ => true,
        };
    }

    private static bool ReadObject(ref Utf8JsonReader reader, PointerNode? node, ArgumentValue[] values)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!names.Add(name) || !ReadValue(ref reader, node?.Member(name), values))
                return false;
        }

        return true;
    }

    private static bool ReadArray(ref Utf8JsonReader reader, PointerNode? node, ArgumentValue[] values)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (!ReadValue(ref reader, node?.Element(index), values))
                return false;
        }

        return true;
    }
}
