using System.Text;
using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>A JSON-RPC message taken apart: what goes under another id later.</summary>
/// <param name="Result">JSON of <c>result</c>; null for an error or a notification.</param>
/// <param name="Error">JSON of <c>error</c>.</param>
internal readonly record struct AnswerParts(string? Result, string? Error)
{
    public bool IsAnswer => Result is not null || Error is not null;

    /// <summary>The parts of a message that <see cref="JsonRpcAnswerScanner"/> has found to be good JSON.</summary>
    public static AnswerParts Of(ReadOnlySpan<byte> message)
    {
        var (result, error) = ((string?)null, (string?)null);
        var reader = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isResult, isError) = (reader.ValueTextEquals("result"u8), reader.ValueTextEquals("error"u8));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = message[start..(int)reader.BytesConsumed];
            if (isResult) result = Encoding.UTF8.GetString(value);
            else if (isError) error = Encoding.UTF8.GetString(value);
        }

        return new AnswerParts(result, error);
    }
}
