using System.Text.Json;

namespace McpMesh.Gateway.Approvals;

/// <summary>
/// The elicitation by which a client shows its user where the approval is given. Whatever the user answers there ends nothing: what counts
/// is the decision.
/// </summary>
internal static class ApprovalQuestion
{
    public static void Write(Utf8JsonWriter json, Approval approval, Uri url)
    {
        json.WriteStartObject("inputRequests"u8);
        json.WriteStartObject("approval"u8);
        json.WriteString("method"u8, "elicitation/create"u8);
        json.WriteStartObject("params"u8);
        json.WriteString("mode"u8, "url"u8);
        json.WriteString("message"u8, $"The call of {approval.Method} waits for an approval. {approval.Reason}");
        json.WriteString("url"u8, url.AbsoluteUri);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
