using System.Text.Json;

namespace McpMesh.Gateway.Upstream;

/// <summary>Tells an error that the sidecar itself made (<c>{"errorCode":"ERR_…"}</c>: the server was not reached) from one that the
/// server made.</summary>
internal static class SidecarFailure
{
    public static bool IsIn(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isCode = reader.ValueTextEquals("errorCode"u8);
                reader.Read();
                if (isCode) return reader.TokenType == JsonTokenType.String && reader.ValueSpan.StartsWith("ERR_"u8);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not the sidecar's form of an error.
        }

        return false;
    }
}
