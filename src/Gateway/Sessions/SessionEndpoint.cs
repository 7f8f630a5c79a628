using Dapr;
using McpMesh.Gateway.Authentication;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Local;
using McpMesh.Gateway.Records;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Sessions;

/// <summary>GET and DELETE, which only the legacy era has: the stream from server to client, and the end of a session.</summary>
internal sealed class SessionEndpoint(
    AuthenticateStage authenticate, SessionStage stage, SessionDirectory sessions, OpenStream stream, CallRecords records,
    ErrorAnswer errors)
{
    public async Task RunAsync(HttpContext http, string? server)
    {
        using var call = new GatewayCall(http, server) { Era = McpEra.Legacy };
        try
        {
            var error = CheckHead(http) ?? await authenticate.CheckAsync(call) ?? await stage.FindAsync(call) ?? await AnswerAsync(call);
            if (error is null) return;
            await records.RefuseAsync(call, error);
            await errors.WriteAsync(call, error);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The agent is gone; there is nobody to answer.
        }
    }

    private static GatewayError? CheckHead(HttpContext http)
    {
        var version = http.Request.Headers[McpHeader.ProtocolVersion].ToString();
        var isModern = version.Length > 0 && McpRevision.Find(version) is not { Era: McpEra.Legacy };
        if (isModern || !http.Request.Headers.ContainsKey(McpHeader.SessionId)) return GatewayErrors.MethodNotAllowed;
        return HttpMethods.IsGet(http.Request.Method)
            && !http.Request.Headers.Accept.ToString().Contains(EventStreamAnswer.ContentType, StringComparison.OrdinalIgnoreCase)
            ? GatewayErrors.NotAcceptable
            : null;
    }

    private async ValueTask<GatewayError?> AnswerAsync(GatewayCall call)
    {
        var cancellationToken = call.Http.RequestAborted;
        if (HttpMethods.IsGet(call.Http.Request.Method))
        {
            EventStreamAnswer.Begin(call.Http.Response);
            await stream.HoldAsync(call, IsOpenAsync, cancellationToken);
            return null;
        }

        try
        {
            await sessions.EndAsync(call.Session!, cancellationToken);
            call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
            return null;
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            return GatewayErrors.SessionsUnavailable;
        }
    }

    private async ValueTask<bool> IsOpenAsync(GatewayCall call)
    {
        var error = await stage.FindAsync(call);
        // A store that does not answer for a moment ends no session.
        return error is null || error == GatewayErrors.SessionsUnavailable;
    }
}
