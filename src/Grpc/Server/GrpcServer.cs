using System.Collections.Frozen;
using McpMesh.Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace McpMesh.Grpc.Server;

/// <summary>
/// Answers gRPC calls (<c>PROTOCOL-HTTP2.md</c>) on Kestrel: <see cref="HandleAsync"/> is a <see cref="RequestDelegate"/>. Whatever comes,
/// each call ends with a status; nothing of a failure but its status leaves the process.
/// </summary>
public sealed partial class GrpcServer
{
    private readonly FrozenDictionary<string, Route> _routes;
    private readonly GrpcServerOptions _options;
    private readonly ILogger _logger;

    /// <exception cref="ArgumentOutOfRangeException">A limit is negative.</exception>
    public GrpcServer(GrpcRoutes routes, GrpcServerOptions options, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxReceiveMessageSize, nameof(options.MaxReceiveMessageSize));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxSendMessageSize, nameof(options.MaxSendMessageSize));
        _routes = routes.All.ToFrozenDictionary(StringComparer.Ordinal);
        _options = options;
        _logger = logger;
    }

    /// <summary>True for a request that is meant for a gRPC server, by its content type: for a listener that serves both.</summary>
    public static bool IsGrpc(HttpRequest request) => MediaType.IsGrpc(request.ContentType);

    /// <summary>Answers one request; fails only together with its connection.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var refusal = RefusalOf(context.Request);
        if (refusal != 0)
        {
            context.Response.StatusCode = refusal;
            if (refusal == StatusCodes.Status405MethodNotAllowed) context.Response.Headers.Allow = "POST";
            if (refusal == StatusCodes.Status426UpgradeRequired) context.Response.Headers.Upgrade = "h2c";
            return Task.CompletedTask;
        }

        context.Response.ContentType = MediaType.Grpc;
        return AnswerAsync(context);
    }

    private static int RefusalOf(HttpRequest request) =>
        !HttpProtocol.IsHttp2(request.Protocol) ? StatusCodes.Status426UpgradeRequired
        : !HttpMethods.IsPost(request.Method) ? StatusCodes.Status405MethodNotAllowed
        : !MediaType.IsGrpc(request.ContentType) ? StatusCodes.Status415UnsupportedMediaType
        : 0;

    private async Task AnswerAsync(HttpContext context)
    {
        _routes.TryGetValue(context.Request.Path.Value ?? "", out var route);
        // Each message has its limit; a request as a whole has none, and a stream may be silent for as long as it likes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (route is { IsStreaming: true } && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        TimeSpan? timeout = null;
        var timeoutText = context.Request.Headers["grpc-timeout"];
        if (timeoutText.Count > 0)
        {
            if (!TimeoutHeader.TryParse(timeoutText.ToString(), out var parsed))
            {
                Status.Write(
                    new GrpcServerCall(context),
                    new GrpcException(GrpcStatusCode.Internal, "grpc-timeout: must be 1 to 8 digits and one of H M S m u n"));
                return;
            }

            timeout = parsed;
        }

        var call = new GrpcServerCall(context, timeout is { } limit ? DeadlineOf(limit) : null);
        using var lifetime = new CallLifetime(
            timeout, _options.TimeProvider, route is { IsStreaming: true } ? _options.Stopping : CancellationToken.None, context.RequestAborted);
        Status.Write(call, await OutcomeAsync(call, route, lifetime));
    }

    /// <returns>Null for OK.</returns>
    private async Task<GrpcException?> OutcomeAsync(GrpcServerCall call, Route? route, CallLifetime lifetime)
    {
        try
        {
            if (_options.Interceptor is { } interceptor) await interceptor(call, lifetime.Token);
            if (_options.Stopping.IsCancellationRequested) return new GrpcException(GrpcStatusCode.Unavailable, "the server is stopping");
            if (route is null) return new GrpcException(GrpcStatusCode.Unimplemented, $"unknown method {call.Path}");
            await route.InvokeAsync(call, _options, lifetime.Token);
            // A unary answer that was given in time is given.
            return route.IsStreaming ? lifetime.Reason : null;
        }
        catch (GrpcException error)
        {
            return error.Code == GrpcStatusCode.Cancelled ? lifetime.Reason ?? error : error;
        }
        catch (OperationCanceledException)
        {
            return lifetime.Reason ?? new GrpcException(GrpcStatusCode.Cancelled, "the call was cancelled");
        }
        catch (BadHttpRequestException error)
        {
            return new GrpcException(GrpcStatusCode.Internal, $"the request cannot be read: {error.Message}");
        }
        catch (IOException) when (lifetime.Reason is { } reason)
        {
            return reason;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Failed(_logger, error, call.Path);
            return new GrpcException(GrpcStatusCode.Unknown, "the server failed; its log says more");
        }
    }

    private DateTimeOffset DeadlineOf(TimeSpan timeout)
    {
        var now = _options.TimeProvider.GetUtcNow();
        return timeout < DateTimeOffset.MaxValue - now ? now + timeout : DateTimeOffset.MaxValue;
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} failed")]
    private static partial void Failed(ILogger logger, Exception error, string method);
}
