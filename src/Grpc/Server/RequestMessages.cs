using Google.Protobuf;
using McpMesh.Grpc.Framing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Grpc.Server;

/// <summary>The body of a request as messages.</summary>
internal static class RequestMessages
{
    public static MessageReader<T> ReaderOf<T>(HttpContext context, MessageParser<T> parser, GrpcServerOptions options)
        where T : class, IMessage<T> =>
        new(context.Request.BodyReader, parser, options.MaxReceiveMessageSize, WhenCompressed(context.Request.Headers));

    /// <summary>The only message of the request.</summary>
    /// <exception cref="GrpcException">Unimplemented: there is none, or there are more (<c>statuscodes.md</c>, request cardinality).</exception>
    public static async ValueTask<T> ReadOnlyOneAsync<T>(
        HttpContext context, MessageParser<T> parser, GrpcServerOptions options, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var reader = ReaderOf(context, parser, options);
        try
        {
            var message = await reader.ReadAsync(cancellationToken)
                ?? throw new GrpcException(GrpcStatusCode.Unimplemented, "the request has no message");
            if (await reader.ReadAsync(cancellationToken) is not null)
                throw new GrpcException(GrpcStatusCode.Unimplemented, "the request has more than one message");
            return message;
        }
        catch (Exception error) when (IsClientGone(error))
        {
            throw new OperationCanceledException("the client has gone", error, cancellationToken);
        }
    }

    /// <summary>What Kestrel's body reader throws when the stream was reset or the connection lost; the aborted token may be later.</summary>
    public static bool IsClientGone(Exception error) =>
        error is ConnectionAbortedException or IOException and not BadHttpRequestException;

    /// <summary>A compression that is not known here is Unimplemented; the flag without any is a broken frame.</summary>
    private static GrpcStatusCode WhenCompressed(IHeaderDictionary headers)
    {
        var encoding = headers["grpc-encoding"];
        return encoding.Count == 0 || encoding == "identity" ? GrpcStatusCode.Internal : GrpcStatusCode.Unimplemented;
    }
}
