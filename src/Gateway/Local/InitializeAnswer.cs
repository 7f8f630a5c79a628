using System.Text.Json;
using Dapr;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Sessions;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Local;

/// <summary><c>initialize</c> of the legacy era: negotiates the revision and opens a session.</summary>
internal sealed class InitializeAnswer(SessionDirectory sessions)
{
    public async ValueTask<GatewayError?> WriteAsync(GatewayCall call)
    {
        if (!call.Envelope!.Params.IsPresent) return GatewayErrors.InvalidParams("params.protocolVersion is required.");
        using var parameters = JsonDocument.Parse(call.Envelope.Params.Of(call.Body.Written));
        if (!parameters.RootElement.TryGetProperty("protocolVersion", out var version) || version.ValueKind != JsonValueKind.String)
            return GatewayErrors.InvalidParams("params.protocolVersion is required.");

        var revision = McpRevision.Negotiate(version.GetString());
        try
        {
            call.Session = await sessions.OpenAsync(call.Token!, call.PathServer, revision, call.Http.RequestAborted);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            return GatewayErrors.SessionsUnavailable;
        }

        call.Http.Response.Headers[McpHeader.SessionId] = call.Session.Id;
        using var result = new PooledBuffer();
        using (var json = new Utf8JsonWriter(result, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("protocolVersion"u8, revision.Version);
            Capabilities.Write(json, isLegacy: true);
            GatewayIdentity.WriteServerInfo(json, "serverInfo");
            json.WriteEndObject();
        }

        using var answer = new PooledBuffer();
        JsonRpcWriter.WriteResult(answer, call.Envelope.Id.Of(call.Body.Span), result.Span);
        await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, call.Http.RequestAborted);
        return null;
    }
}
