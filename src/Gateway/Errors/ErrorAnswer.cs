using System.Globalization;
using System.Text.Json;
using McpMesh.Gateway.Authentication;
using McpMesh.Gateway.Http;
using McpMesh.Identity.Challenges;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Errors;

/// <summary>Turns a <see cref="GatewayError"/> into the HTTP answer.</summary>
internal sealed class ErrorAnswer(ResourceIdentifiers resources)
{
    public ValueTask WriteAsync(GatewayCall call, GatewayError error)
    {
        var response = call.Http.Response;
        response.StatusCode = error.Status;
        if (error.Challenge is not null) response.Headers.WWWAuthenticate = Challenge(call.PathServer, error);
        if (error.Allow is not null) response.Headers.Allow = error.Allow;
        if (error.RetryAfter is { } delay && error.Status >= 400)
            response.Headers.RetryAfter = ((int)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        using var buffer = new PooledBuffer();
        Write(buffer, call, error);
        return JsonAnswer.WriteAsync(response, buffer.Written, call.Http.RequestAborted);
    }

    /// <summary>Writes the JSON-RPC error only, e.g. as an event into a stream that has begun.</summary>
    public static void Write(PooledBuffer buffer, GatewayCall call, GatewayError error)
    {
        var id = call.Envelope is { Id.IsPresent: true } envelope ? envelope.Id.Of(call.Body.Span) : default;
        // Most clients show their user the message and nothing else, so the reason stands there too.
        JsonRpcWriter.WriteError(buffer, id, error.Code, $"{error.Message} {error.Reason}", json => WriteData(json, call, error));
    }

    private static void WriteData(Utf8JsonWriter json, GatewayCall call, GatewayError error)
    {
        json.WriteString("reason"u8, error.Reason);
        if (call.Method is not null) json.WriteString("method"u8, call.Method);
        if (call.Token is not null) json.WriteString("txn"u8, call.Token.Transaction);
        if (error.RetryAfter is { } delay) json.WriteNumber("retryAfterMs"u8, (long)delay.TotalMilliseconds);
        if (error.TokenError is not null) json.WriteString("error"u8, error.TokenError);
        if (error.Url is not null) json.WriteString("url"u8, error.Url.AbsoluteUri);
        if (error.Approval is not null) json.WriteString("approval"u8, error.Approval);
        if (error.UpstreamStatus is { } status) json.WriteNumber("upstreamStatus"u8, status);
        if (error.ResourceUri is not null) json.WriteString("uri"u8, error.ResourceUri);
        if (call.Decision is { IsPermitted: false } decision)
        {
            json.WriteString("rule"u8, decision.Rule);
            json.WriteString("policyDigest"u8, decision.PolicyDigest);
        }

        if (error.RequestedVersion is null) return;
        json.WriteStartArray("supported"u8);
        foreach (var revision in McpRevision.All) json.WriteStringValue(revision.Version);
        json.WriteEndArray();
        json.WriteString("requested"u8, error.RequestedVersion);
    }

    /// <summary>Value of <c>WWW-Authenticate</c>.</summary>
    public string Challenge(string? server, GatewayError error)
    {
        var resource = resources.Of(server);
        return BearerChallenge.Write(
            resource.MetadataUrl, error.Scope ?? resource.Scope, error.Challenge is "" ? null : error.Challenge,
            error.Challenge is "" ? null : error.Reason);
    }
}
