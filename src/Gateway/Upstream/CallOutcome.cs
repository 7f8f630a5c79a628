using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>What the record says of an answer that was passed on.</summary>
internal static class CallOutcome
{
    public static void Set(GatewayCall call, in JsonRpcAnswerScanner answer)
    {
        call.Outcome = answer.IsError || answer.IsToolError ? "failed" : "success";
        if (answer.IsError) call.ErrorCode = answer.ErrorCode;
        call.OutcomeReason = answer.IsError
            ? $"JSON-RPC error {answer.ErrorCode}."
            : answer.IsToolError ? "The tool reported an error." : null;
    }
}
