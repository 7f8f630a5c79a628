using Dapr;
using McpMesh.Gateway.Errors;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Sessions;

/// <summary>Finds the session of a legacy request. It tells the negotiated revision, never who the caller is: that only the token
/// does.</summary>
internal sealed class SessionStage(SessionDirectory sessions)
{
    public ValueTask<GatewayError?> ResolveAsync(GatewayCall call)
    {
        if (call.Era == McpEra.Modern || call.Envelope is { Method: McpMethod.Initialize }) return default;
        return FindAsync(call);
    }

    /// <summary>Requires a session, whatever the request's era.</summary>
    public async ValueTask<GatewayError?> FindAsync(GatewayCall call)
    {
        var id = call.Http.Request.Headers[McpHeader.SessionId];
        if (id.Count != 1) return GatewayErrors.MissingSession;
        try
        {
            call.Session = await sessions.FindAsync(id[0]!, call.Token!, call.PathServer, call.Http.RequestAborted);
            return call.Session is null ? GatewayErrors.UnknownSession : null;
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            return GatewayErrors.SessionsUnavailable;
        }
    }
}
