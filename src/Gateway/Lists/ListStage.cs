using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Lists;

/// <summary>Answers a list: what this caller may use, from every server of the path, in one page.</summary>
internal sealed class ListStage(ListCache cache, IPolicySource policies)
{
    public async ValueTask<GatewayError?> AnswerAsync(GatewayCall call, McpListKind kind)
    {
        if (call.Envelope!.Cursor.IsPresent) return GatewayErrors.NotInThisList;
        if (policies.Current is not { } policy) return GatewayErrors.NoPolicy;
        var list = await cache.GetAsync(call, kind, policy);
        using var answer = new PooledBuffer(list.Result.Length + 256);
        JsonRpcWriter.WriteResult(answer, call.Envelope.Id.Of(call.Body.Span), list.Result.Span);
        await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, call.Http.RequestAborted);
        return null;
    }
}
