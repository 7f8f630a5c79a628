using System.Text.Json;
using Dapr;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Tasks;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Local;

/// <summary>What the gateway answers itself.</summary>
internal sealed class LocalStage(InitializeAnswer initialize, ListenAnswer listen, TaskAnswer tasks, SessionDirectory sessions, ActiveCalls active)
{
    private static readonly string[] Levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// <summary>Answers a request; an error when the era has no such method.</summary>
    public async ValueTask<GatewayError?> AnswerAsync(GatewayCall call)
    {
        switch (call.Era, call.Envelope!.Method)
        {
            case (McpEra.Modern, McpMethod.Discover):
                await DiscoverAnswer.WriteAsync(call);
                return null;
            case (McpEra.Modern, McpMethod.Listen):
                await listen.WriteAsync(call);
                return null;
            case (McpEra.Modern, McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel):
                return await tasks.WriteAsync(call);
            case (McpEra.Legacy, McpMethod.Initialize):
                return await initialize.WriteAsync(call);
            case (McpEra.Legacy, McpMethod.Ping):
                return await WriteEmptyAsync(call);
            case (McpEra.Legacy, McpMethod.SetLevel):
                return await SetLevelAsync(call);
            default:
                return GatewayErrors.UnknownMethod(call.Era);
        }
    }

    /// <summary>Takes a notification, which has no answer; refuses a response, since the gateway asks agents nothing.</summary>
    public ValueTask<GatewayError?> AcceptAsync(GatewayCall call)
    {
        if (call.Envelope!.Kind == JsonRpcKind.Response) return new(GatewayErrors.UnexpectedResponse);
        if (call.Envelope.Method == McpMethod.Cancelled && call.Session is { } session && RequestId(call) is { } id)
            active.Cancel(session, id);
        call.Http.Response.StatusCode = StatusCodes.Status202Accepted;
        return default;
    }

    private static string? RequestId(GatewayCall call)
    {
        if (!call.Envelope!.Params.IsPresent) return null;
        using var parameters = JsonDocument.Parse(call.Envelope.Params.Of(call.Body.Written));
        return parameters.RootElement.TryGetProperty("requestId", out var id) ? id.GetRawText() : null;
    }

    private async ValueTask<GatewayError?> SetLevelAsync(GatewayCall call)
    {
        using var parameters = JsonDocument.Parse(
            call.Envelope!.Params.IsPresent ? call.Envelope.Params.Of(call.Body.Written) : "{}"u8.ToArray());
        var level = parameters.RootElement.TryGetProperty("level", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
        if (!Levels.Contains(level)) return GatewayErrors.InvalidParams("params.level must be one of the eight log levels.");
        try
        {
            await sessions.ChangeAsync(call.Session! with { LogLevel = level }, call.Http.RequestAborted);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            return GatewayErrors.SessionsUnavailable;
        }

        return await WriteEmptyAsync(call);
    }

    private static async ValueTask<GatewayError?> WriteEmptyAsync(GatewayCall call)
    {
        using var answer = new PooledBuffer();
        JsonRpcWriter.WriteResult(answer, call.Envelope!.Id.Of(call.Body.Span), "{}"u8);
        await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, call.Http.RequestAborted);
        return null;
    }
}
