using System.Runtime.CompilerServices;
using Google.Protobuf;
using McpMesh.Grpc.Framing;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Grpc.Server;

/// <summary>The messages of a request.</summary>
internal sealed class RequestStream<T>(HttpContext context, MessageParser<T> parser, GrpcServerOptions options, CancellationToken ended)
    where T : class, IMessage<T>
{
    private readonly MessageReader<T> _reader = new(
        context.Request.BodyReader, parser, options.MaxReceiveMessageSize, WhenCompressed(context.Request.Headers));
    private bool _closed;

    /// <summary>The only message of the request.</summary>
    /// <exception cref="GrpcException">Unimplemented: there is none, or there are more (<c>statuscodes.md</c>, request cardinality).</exception>
    public async ValueTask<T> ReadOnlyOneAsync()
    {
        var message = await _reader.ReadAsync(ended)
            ?? throw new GrpcException(GrpcStatusCode.Unimplemented, "the request has no message");
        if (await _reader.ReadAsync(ended) is not null)
            throw new GrpcException(GrpcStatusCode.Unimplemented, "the request has more than one message");
        return message;
    }

    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, cancellationToken);
        while (!Volatile.Read(ref _closed) && await _reader.ReadAsync(either.Token) is { } message) yield return message;
    }

    /// <summary>The call is over, and its connection may serve another one.</summary>
    public void Close() => Volatile.Write(ref _closed, true);

    /// <summary>A compression that is not known here is Unimplemented; the flag without any is a broken frame.</summary>
    private static GrpcStatusCode WhenCompressed(IHeaderDictionary headers)
    {
        var encoding = headers["grpc-encoding"];
        return encoding.Count == 0 || encoding == "identity" ? GrpcStatusCode.Internal : GrpcStatusCode.Unimplemented;
    }
}
