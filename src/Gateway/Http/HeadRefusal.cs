using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Http;

/// <summary>
/// Ends a request outside the pipeline whose head alone condemns it. Its token was not looked at, so the record names nobody.
/// </summary>
internal sealed class HeadRefusal(CallRecords records, ErrorAnswer answer)
{
    /// <summary>Answers; on an MCP path, where it could have been a call, it also leaves a record.</summary>
    public async Task AnswerAsync(HttpContext http, GatewayError error)
    {
        using var call = new GatewayCall(http, null);
        if (http.Request.Path.StartsWithSegments("/mcp")) await records.RefuseAsync(call, error);
        await answer.WriteAsync(call, error);
    }
}
