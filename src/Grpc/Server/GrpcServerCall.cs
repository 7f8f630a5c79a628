using Microsoft.AspNetCore.Http;

namespace McpMesh.Grpc.Server;

/// <summary>What a handler may know of its call besides the message. Valid until the handler returns.</summary>
public sealed class GrpcServerCall
{
    internal GrpcServerCall(HttpContext context, DateTimeOffset? deadline = null)
    {
        HttpContext = context;
        Deadline = deadline;
    }

    public HttpContext HttpContext { get; }

    /// <summary><c>/Service/Name</c>.</summary>
    public string Path => HttpContext.Request.Path.Value ?? "";

    /// <summary>The metadata the client sent, names without regard to case.</summary>
    public IHeaderDictionary RequestHeaders => HttpContext.Request.Headers;

    /// <summary>Metadata to send before the first message: set it before that is written.</summary>
    public IHeaderDictionary ResponseHeaders => HttpContext.Response.Headers;

    /// <summary>Metadata to send with the status.</summary>
    public GrpcMetadata ResponseTrailers { get; } = [];

    /// <summary>When the client stops waiting, if it said so.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>There is a message in the response, sent or not: the status can be in trailers only.</summary>
    internal bool HasMessages { get; set; }
}
