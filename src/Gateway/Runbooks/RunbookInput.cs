using System.Text.Json;
using McpMesh.Gateway.Errors;

namespace McpMesh.Gateway.Runbooks;

/// <summary>The arguments of a runbook's call against its schema, before anything is recorded or done.</summary>
internal static class RunbookInput
{
    private static readonly JsonElement None = JsonElement.Parse("{}");

    public static GatewayError? Check(GatewayCall call) =>
        call.Runbook is { } runbook && InputSchema.Violation(runbook.InputSchema, Of(call)) is { } broken
            ? GatewayErrors.InvalidParams(broken)
            : null;

    /// <summary>The arguments; an empty object when there are none.</summary>
    public static JsonElement Of(GatewayCall call)
    {
        if (call.Envelope is not { Arguments.IsPresent: true } envelope) return None;
        using var document = JsonDocument.Parse(envelope.Arguments.Of(call.Body.Written), new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.Clone();
    }
}
