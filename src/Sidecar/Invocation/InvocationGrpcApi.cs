using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Grpc;
using Microsoft.AspNetCore.Http.Features;
using Verb = Dapr.Client.Autogen.Grpc.v1.HTTPExtension.Types.Verb;

namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// <c>InvokeService</c>: the gRPC form of an invocation of an HTTP app. It takes the same way as the HTTP form; the answer is held until it
/// is whole, as one message must be.
/// </summary>
internal sealed class InvocationGrpcApi(ServiceInvocation invocation, long largestAnswer)
{
    private const string HttpStatus = "dapr-http-status";

    // They belong to the call itself, not to what it carries.
    private static readonly FrozenSet<string> OwnHeaders = new[]
    {
        "content-type", "content-length", "te", "host", "user-agent", "accept-encoding", HopHeaders.ApiToken,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public void AddTo(DaprService service) =>
        service.Unary(["InvokeService"], InvokeServiceRequest.Parser, InvokeResponse.Parser, InvokeAsync);

    private async Task<InvokeResponse> InvokeAsync(
        InvokeServiceRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        if (request.Id.Length == 0) throw new GrpcException(GrpcStatusCode.InvalidArgument, "id: an app id is required");
        var message = request.Message ?? throw new GrpcException(GrpcStatusCode.InvalidArgument, "message: it is required");
        await using var answer = new BoundedBody(largestAnswer);
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exchange = Exchange(message, call, answer, aborted);
        await invocation.InvokeAsync(exchange, request.Id, MethodPath.Parse("/" + message.Method.TrimStart('/')));
        await exchange.Response.CompleteAsync();
        if (aborted.IsCancellationRequested) // the app broke off in the middle of its answer
            throw new GrpcException(GrpcStatusCode.Internal, $"failed to invoke, id: {request.Id}, err: the answer broke off");
        foreach (var (name, values) in exchange.Response.Headers)
        {
            if (!OwnHeaders.Contains(name) && HopHeaders.PassesBack(name, default))
                call.ResponseHeaders[name.ToLowerInvariant()] = values;
        }

        var status = exchange.Response.StatusCode;
        call.ResponseHeaders[HttpStatus] = status.ToString(CultureInfo.InvariantCulture);
        var body = answer.GetBuffer().AsMemory(0, (int)answer.Length);
        if (StatusOf(status) is { } failure) throw new GrpcException(failure, Encoding.UTF8.GetString(body.Span));
        return new InvokeResponse
        {
            ContentType = exchange.Response.ContentType ?? "",
            Data = new Any { Value = UnsafeByteOperations.UnsafeWrap(body) },
        };
    }

    private static DefaultHttpContext Exchange(
        InvokeRequest message, GrpcServerCall call, Stream answer, CancellationTokenSource aborted)
    {
        var exchange = new DefaultHttpContext();
        exchange.Features.Set<IHttpRequestLifetimeFeature>(new ExchangeLifetime(aborted));
        var request = exchange.Request;
        request.Method = message.HttpExtension is { Verb: not Verb.None } extension ? extension.Verb.ToString().ToUpperInvariant() : "POST";
        if (message.HttpExtension?.Querystring is { Length: > 0 } query) request.QueryString = new QueryString("?" + query.TrimStart('?'));
        foreach (var (name, values) in call.RequestHeaders)
        {
            if (!name.StartsWith(':') && !name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) && !OwnHeaders.Contains(name))
                request.Headers[name] = values;
        }

        var data = message.Data?.Value ?? ByteString.Empty;
        if (!data.IsEmpty)
        {
            request.Body = new MemoryStream(data.ToByteArray());
            request.ContentLength = data.Length;
            request.ContentType = message.ContentType.Length > 0 ? message.ContentType : "application/json";
        }

        exchange.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        return exchange;
    }

    /// <summary>The gRPC status that daprd makes of an HTTP app's; null for success.</summary>
    private static GrpcStatusCode? StatusOf(int status) => status switch
    {
        >= 200 and < 300 => null,
        StatusCodes.Status400BadRequest => GrpcStatusCode.Internal,
        StatusCodes.Status401Unauthorized => GrpcStatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => GrpcStatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => GrpcStatusCode.NotFound,
        StatusCodes.Status408RequestTimeout => GrpcStatusCode.Cancelled,
        StatusCodes.Status409Conflict => GrpcStatusCode.AlreadyExists,
        StatusCodes.Status429TooManyRequests => GrpcStatusCode.ResourceExhausted,
        StatusCodes.Status501NotImplemented => GrpcStatusCode.Unimplemented,
        StatusCodes.Status503ServiceUnavailable => GrpcStatusCode.Unavailable,
        StatusCodes.Status504GatewayTimeout => GrpcStatusCode.DeadlineExceeded,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>Ends with the call; an answer that breaks off ends it too.</summary>
    private sealed class ExchangeLifetime(CancellationTokenSource aborted) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = aborted.Token;

        public void Abort() => aborted.Cancel();
    }
}
