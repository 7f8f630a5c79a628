using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Dapr.Workflow.Worker;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WorkflowTests.Worker;

/// <summary>The sidecar's side of the protocol over a real socket, for what no good sidecar does on request.</summary>
internal sealed class ScriptedSidecar : IAsyncDisposable
{
    public const string Token = "s3cret";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly WebApplication _application;
    private readonly Channel<Stream> _streams = Channel.CreateUnbounded<Stream>();
    private readonly Channel<WorkflowResponse> _turns = Channel.CreateUnbounded<WorkflowResponse>();
    private readonly Channel<ActivityResponse> _activities = Channel.CreateUnbounded<ActivityResponse>();
    private readonly Channel<string> _hellos = Channel.CreateUnbounded<string>();
    private readonly List<IAsyncDisposable> _parts = [];

    private ScriptedSidecar(WebApplication application) => _application = application;

    /// <summary>How calls are refused, by path; called before they are taken.</summary>
    public Func<string, GrpcException?> Refusal { get; set; } = _ => null;

    public Func<GetInstanceRequest, GetInstanceResponse> Instance { get; set; } = _ => new();

    public GetInstanceHistoryResponse History { get; } = new();

    /// <summary>Every call's path, with the token it brought.</summary>
    public ConcurrentQueue<(string Path, string Token)> Calls { get; } = new();

    public static async Task<ScriptedSidecar> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var sidecar = new ScriptedSidecar(builder.Build());
        var server = new GrpcServer(sidecar.Routes(), new GrpcServerOptions { Interceptor = sidecar.TakeAsync }, NullLogger.Instance);
        sidecar._application.Run(server.HandleAsync);
        await sidecar._application.StartAsync();
        return sidecar;
    }

    public IConfiguration Configuration(string? token = Token) => new ConfigurationBuilder()
        .AddInMemoryCollection(
        [
            new("DAPR_GRPC_ENDPOINT", Address),
            new("DAPR_API_TOKEN", token),
        ])
        .Build();

    private string Address =>
        _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>An application whose sidecar this is.</summary>
    public async Task<IHost> ApplicationAsync(
        Action<WorkflowRuntimeOptions> configure, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(Configuration());
        if (time is not null) builder.Services.AddSingleton(time);
        services?.Invoke(builder.Services);
        builder.Services.AddDaprWorkflow(configure);
        var host = builder.Build();
        _parts.Add((IAsyncDisposable)host);
        await host.StartAsync();
        return host;
    }

    /// <summary>The next stream of work items that a worker opens.</summary>
    public async Task<Stream> StreamAsync() => await _streams.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<WorkflowResponse> TurnAsync() => await _turns.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<ActivityResponse> ActivityAsync() => await _activities.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next Hello.</summary>
    public async Task HelloAsync() => await _hellos.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Whether a result came that no test asked for.</summary>
    public bool HasMore => _turns.Reader.TryPeek(out _) || _activities.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts) await part.DisposeAsync();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private GrpcRoutes Routes() => new GrpcRoutes()
        .Unary(TaskHub.Hello, (_, _, _) => Answer(_hellos.Writer, "hello", new Empty()))
        .ServerStreaming(TaskHub.GetWorkItems, ServeAsync)
        .Unary(TaskHub.CompleteOrchestratorTask, (response, _, _) => Answer(_turns.Writer, response, new CompleteTaskResponse()))
        .Unary(TaskHub.CompleteActivityTask, (response, _, _) => Answer(_activities.Writer, response, new CompleteTaskResponse()))
        .Unary(TaskHub.GetInstanceHistory, (_, _, _) => Task.FromResult(History))
        .Unary(TaskHub.GetInstance, (request, _, _) => Task.FromResult(Instance(request)))
        .Unary(TaskHub.WaitForInstanceStart, (request, _, _) => Task.FromResult(Instance(request)))
        .Unary(TaskHub.WaitForInstanceCompletion, (request, _, _) => Task.FromResult(Instance(request)));

    private ValueTask TakeAsync(GrpcServerCall call, CancellationToken cancellationToken)
    {
        Calls.Enqueue((call.Path, call.RequestHeaders["dapr-api-token"].ToString()));
        return Refusal(call.Path[(call.Path.LastIndexOf('/') + 1)..]) is { } refusal ? throw refusal : ValueTask.CompletedTask;
    }

    private async Task ServeAsync(
        GetWorkItemsRequest request, IGrpcStreamWriter<WorkItem> writer, GrpcServerCall call, CancellationToken cancellationToken)
    {
        var stream = new Stream(writer);
        _streams.Writer.TryWrite(stream);
        try
        {
            await stream.Ended.WaitAsync(cancellationToken);
        }
        finally
        {
            stream.OnClosed();
        }
    }

    private static Task<TAnswer> Answer<T, TAnswer>(ChannelWriter<T> received, T message, TAnswer answer)
    {
        received.TryWrite(message);
        return Task.FromResult(answer);
    }

    /// <summary>One stream of work items.</summary>
    internal sealed class Stream(IGrpcStreamWriter<WorkItem> writer)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        /// <summary>Ends with the stream, whoever closed it.</summary>
        public Task Closed => _closed.Task;

        public Task SendAsync(WorkItem item) => writer.WriteAsync(item);

        /// <summary>A first turn of that workflow.</summary>
        public Task StartAsync(string workflow, string instanceId, string token = "") => SendAsync(new()
        {
            CompletionToken = token,
            WorkflowRequest = new()
            {
                InstanceId = instanceId,
                NewEvents = { Replay.History.Turn(), Replay.History.Start(name: workflow) },
            },
        });

        public Task CallAsync(string activity, int taskId, string token = "", string? input = null) => SendAsync(new()
        {
            CompletionToken = token,
            ActivityRequest = new()
            {
                Name = activity,
                TaskId = taskId,
                TaskExecutionId = $"key-{taskId}",
                Input = input,
                WorkflowInstance = new() { InstanceId = "i" },
            },
        });

        public void End() => _ended.TrySetResult();

        public void OnClosed() => _closed.TrySetResult();
    }
}
