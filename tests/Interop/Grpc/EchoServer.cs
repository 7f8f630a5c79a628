using System.Net;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpMesh.Interop.Grpc;

/// <summary>echo.proto and hello.proto on our server, in an ordinary web host.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _host;

    private EchoServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _host = builder.Build();
        var options = new GrpcServerOptions
        {
            Interceptor = (call, _) => call.RequestHeaders["dapr-api-token"] == "right"
                ? ValueTask.CompletedTask
                : throw new GrpcException(GrpcStatusCode.Unauthenticated, "token is missing or wrong"),
        };
        _host.Run(new GrpcServer(Routes(), options, NullLogger.Instance).HandleAsync);
    }

    public string Address => new Uri(_host.Urls.Single()).Authority;

    public static async Task<EchoServer> StartAsync()
    {
        var server = new EchoServer();
        await server._host.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private GrpcRoutes Routes() => new GrpcRoutes()
        .Unary(EchoMethods.Hello, (request, _, _) => Task.FromResult(request))
        .Unary(EchoMethods.Say, (request, call, _) =>
        {
            call.ResponseHeaders["x-answer"] = call.RequestHeaders["x-ask"];
            call.ResponseTrailers.Add("x-trailer", "end");
            return Task.FromResult(request);
        })
        .Unary(EchoMethods.Fail, (request, _, _) => throw FailureOf(request.Value))
        .ServerStreaming(EchoMethods.Count, async (request, responses, _, cancel) =>
        {
            for (var i = 1; i <= request.Value; i++) await responses.WriteAsync(new Int32Value { Value = i }, cancel);
        })
        .Duplex(EchoMethods.Sum, async (requests, responses, _, cancel) =>
        {
            var sum = 0;
            await foreach (var request in requests) sum += request.Value;
            await responses.WriteAsync(new Int32Value { Value = sum }, cancel);
        })
        .Duplex(EchoMethods.Chat, async (requests, responses, _, cancel) =>
        {
            await foreach (var request in requests)
                await responses.WriteAsync(new StringValue { Value = $"re: {request.Value}" }, cancel);
        })
        .ServerStreaming(EchoMethods.Hang, async (request, responses, _, cancel) =>
        {
            try
            {
                await responses.WriteAsync(request, cancel);
                await Task.Delay(Timeout.Infinite, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                _cancelled.TrySetResult();
                throw;
            }
        })
        .Unary(EchoMethods.Cancelled, async (_, _, cancel) =>
        {
            await _cancelled.Task.WaitAsync(cancel);
            return new Int32Value { Value = 1 };
        });

    private static Exception FailureOf(string code)
    {
        if (!System.Enum.TryParse<GrpcStatusCode>(code, out var status)) return new InvalidOperationException(code);
        var details = new GrpcMetadata { { "x-reason", "ERR_THING" } };
        details.Add("grpc-status-details-bin", [1, 2, 255]);
        return new GrpcException(status, "no »thing« at 100 %\n") { Trailers = details };
    }
}
