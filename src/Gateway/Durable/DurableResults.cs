using McpMesh.Gateway.Errors;

namespace McpMesh.Gateway.Durable;

/// <summary>The two kinds of end: an answer of the server, or an error of ours.</summary>
internal static class DurableResults
{
    public static DurableResult Of(GatewayError error) => new()
    {
        Outcome = error.Outcome,
        Code = error.Code,
        Message = error.Message,
        Reason = error.Reason,
        ErrorCode = error.Code,
    };

    public static DurableResult Of(AnswerParts answer, bool isToolError, int errorCode) => new()
    {
        Outcome = answer.Error is not null || isToolError ? "failed" : "success",
        Result = answer.Result,
        Error = answer.Error,
        ErrorCode = answer.Error is not null ? errorCode : null,
        Reason = answer.Error is not null ? $"JSON-RPC error {errorCode}." : isToolError ? "The tool reported an error." : null,
    };
}
