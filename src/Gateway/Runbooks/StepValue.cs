using System.Text.Json;

namespace McpMesh.Gateway.Runbooks;

/// <summary>What later steps see of a tool's result: its <c>structuredContent</c>, else its <c>content</c>.</summary>
internal static class StepValue
{
    private const int LongestDetail = 1000;

    public static JsonElement Of(string result)
    {
        using var document = JsonDocument.Parse(result);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return root.Clone();
        if (root.TryGetProperty("structuredContent", out var structured) && structured.ValueKind != JsonValueKind.Null)
            return structured.Clone();
        return root.TryGetProperty("content", out var content) ? content.Clone() : root.Clone();
    }

    /// <summary>What a tool said of its failure; null when it said nothing.</summary>
    public static string? TextOf(string? result)
    {
        if (result is null) return null;
        using var document = JsonDocument.Parse(result);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("content", out var content)
            || content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind == JsonValueKind.Object && block.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String)
            {
                return text.GetString() is { Length: > LongestDetail } much ? much[..LongestDetail] : text.GetString();
            }
        }

        return null;
    }
}
