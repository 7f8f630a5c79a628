using System.Text.Json;

namespace McpMesh.Gateway.Approvals;

/// <summary>Body of <c>POST /approvals/{id}</c>.</summary>
internal readonly record struct ApprovalDecision(bool Approves, string? Why)
{
    private const int LongestBody = 16 * 1024;

    public static async Task<(ApprovalDecision Decision, ApprovalRefusal? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType()) return Malformed("Content-Type must be application/json.");
        var buffer = new byte[LongestBody + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > LongestBody) return Malformed($"The body must not exceed {LongestBody} bytes.");
        try
        {
            using var body = JsonDocument.Parse(buffer.AsMemory(0, length), new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (body.RootElement.ValueKind != JsonValueKind.Object) return Malformed("The body must be a JSON object.");
            return Read(Text(body.RootElement, "decision"), Text(body.RootElement, "why"));
        }
        catch (JsonException)
        {
            return Malformed("The body must be a JSON object.");
        }
    }

    /// <summary>The decision that these two texts are.</summary>
    public static (ApprovalDecision Decision, ApprovalRefusal? Refusal) Read(string? decision, string? why)
    {
        if (decision is not ("approve" or "refuse")) return Malformed("decision must be \"approve\" or \"refuse\".");
        var reason = string.IsNullOrWhiteSpace(why) ? null : why.Trim();
        if (reason?.Length > ApprovalDesk.LongestWhy || reason?.Any(char.IsControl) == true)
            return Malformed($"why must be one line of at most {ApprovalDesk.LongestWhy} characters.");
        return (new ApprovalDecision(decision == "approve", reason), null);
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static (ApprovalDecision Decision, ApprovalRefusal? Refusal) Malformed(string reason) => (default, ApprovalRefusal.Malformed(reason));
}
