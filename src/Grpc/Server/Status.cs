using System.Globalization;
using McpMesh.Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpMesh.Grpc.Server;

/// <summary>The end of a response (gRPC over HTTP/2, "Responses"): trailers, or Trailers-Only when an error comes before anything else.</summary>
internal static class Status
{
    /// <param name="error">Null for OK.</param>
    public static void Write(GrpcServerCall call, GrpcException? error)
    {
        var response = call.HttpContext.Response;
        var only = error is not null && !response.HasStarted && !call.HasMessages;
        var target = only ? response.Headers : call.HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        target["grpc-status"] = ((int)(error?.Code ?? GrpcStatusCode.OK)).ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in call.ResponseTrailers) target.Append(name, value);
        if (error is null) return;
        if (error.Detail.Length > 0) target["grpc-message"] = StatusMessage.Encode(error.Detail);
        foreach (var (name, value) in error.Trailers) target.Append(name, value);
        if (error.Code == GrpcStatusCode.Unimplemented && !response.HasStarted) response.Headers["grpc-accept-encoding"] = "identity";
    }
}
