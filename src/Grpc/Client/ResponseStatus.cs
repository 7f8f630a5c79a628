using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Client;

/// <summary>What an HTTP/2 response, or the lack of one, means as a status.</summary>
internal static class ResponseStatus
{
    /// <exception cref="GrpcException">The response is an answer without messages, or none of gRPC at all.</exception>
    public static void ThrowIfRefused(HttpResponseMessage response)
    {
        // Trailers-Only: the status stands in the only header block.
        if (response.Headers.NonValidated.Contains("grpc-status")) ThrowUnlessOk(response.Headers);
        else if (response.StatusCode != HttpStatusCode.OK)
            throw new GrpcException(OfHttp((int)response.StatusCode), $"HTTP status {(int)response.StatusCode} without a gRPC status");
        else if (!response.Content.Headers.NonValidated.TryGetValues("content-type", out var types) || !MediaType.IsGrpc(types.ToString()))
            throw new GrpcException(GrpcStatusCode.Unknown, $"the content-type '{types}' is not application/grpc");
    }

    /// <summary>To be called at the end of the body.</summary>
    public static void ThrowUnlessOk(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.Contains("grpc-status") && !response.TrailingHeaders.NonValidated.Contains("grpc-status")) return;
        ThrowUnlessOk(response.TrailingHeaders);
    }

    /// <summary>A connection or stream that broke: gRPC over HTTP/2, "Errors".</summary>
    public static GrpcException Broken(Exception error, Uri target)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            // The same type stands for a connection that ended, by GOAWAY or by a PING without answer; only its text tells them apart.
            if (cause is HttpProtocolException reset && reset.Message.Contains("stream", StringComparison.Ordinal))
                return new GrpcException(OfReset(reset.ErrorCode), $"the stream was reset with HTTP/2 error {reset.ErrorCode}", error);
        }

        return new GrpcException(GrpcStatusCode.Unavailable, $"{target.Authority} cannot be reached or went away: {error.Message}", error);
    }

    private static void ThrowUnlessOk(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("grpc-status", out var values))
            throw new GrpcException(GrpcStatusCode.Internal, "the stream ended without a gRPC status");
        if (!int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new GrpcException(GrpcStatusCode.Unknown, "the gRPC status is no number");
        if (number == 0) return;

        var trailers = new GrpcMetadata();
        var detail = "";
        foreach (var (name, all) in headers.NonValidated)
        {
            if (name.Equals("grpc-message", StringComparison.OrdinalIgnoreCase)) detail = StatusMessage.Decode(all.ToString());
            foreach (var value in all) trailers.AddReceived(name, value);
        }

        var code = number <= (int)GrpcStatusCode.Unauthenticated ? (GrpcStatusCode)number : GrpcStatusCode.Unknown;
        throw new GrpcException(code, detail) { Trailers = trailers };
    }

    /// <summary>gRPC <c>doc/http-grpc-status-mapping.md</c>.</summary>
    private static GrpcStatusCode OfHttp(int status) => status switch
    {
        400 => GrpcStatusCode.Internal,
        401 => GrpcStatusCode.Unauthenticated,
        403 => GrpcStatusCode.PermissionDenied,
        404 => GrpcStatusCode.Unimplemented,
        429 or 502 or 503 or 504 => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>The table of error codes in gRPC over HTTP/2, "Errors"; numbers from RFC 9113 section 7.</summary>
    private static GrpcStatusCode OfReset(long errorCode) => errorCode switch
    {
        0x7 => GrpcStatusCode.Unavailable, // REFUSED_STREAM
        0x8 => GrpcStatusCode.Cancelled,
        0xb => GrpcStatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => GrpcStatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => GrpcStatusCode.Internal,
    };
}
