using System.Collections.Immutable;
using System.Text.Json;

namespace McpMesh.Protocol;

/// <summary>One page of a list as a server answered it.</summary>
/// <param name="Items">The items, in the server's order.</param>
/// <param name="NextCursor">Cursor of the next page; null on the last one. An empty cursor is not the end.</param>
public sealed record McpListPage(ImmutableArray<McpListItem> Items, string? NextCursor)
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 128 };

    /// <summary>Reads a page out of a JSON-RPC answer.</summary>
    /// <param name="answer">The whole answer; the items keep referring to it.</param>
    /// <param name="errorCode">Code of the JSON-RPC error when the answer is one; else 0.</param>
    /// <returns>Null when the answer is an error.</returns>
    /// <exception cref="JsonException">The answer is no such list.</exception>
    public static McpListPage? Read(ReadOnlyMemory<byte> answer, McpListKind kind, out int errorCode)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var reader = new Utf8JsonReader(answer.Span, ReaderOptions);
        McpListPage? page = null;
        errorCode = 0;
        try
        {
            Expect(ref reader, JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("result"u8)) page = ReadResult(ref reader, answer, kind);
                else if (reader.ValueTextEquals("error"u8)) errorCode = ReadErrorCode(ref reader);
                else reader.Skip();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("The list holds a value of the wrong type.", e);
        }

        return page is null && errorCode == 0 ? throw new JsonException("The answer has neither a list nor an error.") : page;
    }

    private static McpListPage ReadResult(ref Utf8JsonReader reader, ReadOnlyMemory<byte> answer, McpListKind kind)
    {
        var items = ImmutableArray.CreateBuilder<McpListItem>();
        string? next = null;
        var hasItems = false;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(kind.Items))
            {
                hasItems = true;
                Expect(ref reader, JsonTokenType.StartArray);
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) items.Add(ReadItem(ref reader, answer, kind));
                if (reader.TokenType != JsonTokenType.EndArray) throw new JsonException("An item of the list is not an object.");
            }
            else if (reader.ValueTextEquals("nextCursor"u8))
            {
                reader.Read();
                next = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }

        return hasItems ? new McpListPage(items.ToImmutable(), next) : throw new JsonException($"The result has no {kind.Items}.");
    }

    private static McpListItem ReadItem(ref Utf8JsonReader reader, ReadOnlyMemory<byte> answer, McpListKind kind)
    {
        var start = (int)reader.TokenStartIndex;
        string? key = null;
        JsonRange at = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = reader.ValueTextEquals(kind.Key);
            if (isKey && key is not null) throw new JsonException($"An item of the list has two members {kind.Key}.");
            if (!isKey)
            {
                reader.Skip();
                continue;
            }

            reader.Read();
            key = reader.GetString();
            at = new JsonRange((int)reader.TokenStartIndex - start, (int)(reader.BytesConsumed - reader.TokenStartIndex));
        }

        return key is null
            ? throw new JsonException($"An item of the list has no {kind.Key}.")
            : new McpListItem(answer[start..(int)reader.BytesConsumed], key, at);
    }

    private static int ReadErrorCode(ref Utf8JsonReader reader)
    {
        var code = JsonRpcErrorCode.InternalError;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCode = reader.ValueTextEquals("code"u8);
            if (isCode && reader.Read() && reader.TryGetInt32(out var value)) code = value;
            else if (!isCode) reader.Skip();
        }

        return code;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        reader.Read();
        if (reader.TokenType != type) throw new JsonException($"A value of the answer is not a {type}.");
    }
}
