using System.Runtime.CompilerServices;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Takes work from the sidecar for as long as the application runs.</summary>
internal sealed class WorkflowWorker(SidecarChannel channel, WorkItemRunner runner, TimeProvider time, ILogger<WorkflowWorker> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);
    private readonly ItemsInFlight _items = new();
    private readonly CancellationTokenSource _stopped = new();
    private CancellationTokenSource? _stream;
    private bool _reached;
    private Task _taking = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        runner.Reset = ResetStream;
        _taking = Task.Run(() => TakeAsync(_stopped.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Lets what runs come to its end. The stream stays until then: the sidecar gives out again what a closed one left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var (held, idle) = _items.Close();
        if (held > 0) log.Draining(held);
        try
        {
            await idle.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.LeftRunning();
        }
        await _stopped.CancelAsync();
        await _taking;
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var stream = new ReconnectingStream<ReceivedItem>(
            OpenAsync, new ReconnectOptions { TimeProvider = time, Lost = StreamLost });
        try
        {
            await foreach (var received in stream.ReadAllAsync(cancellationToken))
            {
                // What comes during the stop is left to the next worker.
                if (!await _items.EnterAsync(cancellationToken)) continue;
                _ = Task.Run(() => RunAsync(received), CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception error)
        {
            log.WorkerFailed(error);
            throw;
        }
    }

    private async Task RunAsync(ReceivedItem received)
    {
        try
        {
            await runner.RunAsync(received, _items);
        }
        catch (Exception error)
        {
            // A fault of this worker, not of the item: another delivery may fare better.
            log.ItemFailed(error);
            ResetStream();
        }
        finally
        {
            _items.Leave();
        }
    }

    private async IAsyncEnumerable<ReceivedItem> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Volatile.Write(ref _stream, lost);
        var keepAlive = KeepAliveAsync(lost);
        try
        {
            // The stream says nothing until there is work; this says whether the sidecar is there.
            await channel.Grpc.CallAsync(TaskHub.Hello, new Empty(), new GrpcCallOptions { Deadline = KeepAlive }, cancellationToken);
            _reached = true;
            log.StreamOpened();
            await using var items = channel.Grpc
                .StreamAsync(TaskHub.GetWorkItems, new GetWorkItemsRequest(), cancellationToken: lost.Token)
                .GetAsyncEnumerator(lost.Token);
            while (await NextAsync(items, cancellationToken)) yield return new ReceivedItem(items.Current, lost.Token);
        }
        finally
        {
            Volatile.Write(ref _stream, null);
            await lost.CancelAsync();
            await keepAlive;
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<WorkItem> items, CancellationToken cancellationToken)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "the worker gave the stream up", error);
        }
    }

    /// <summary>Tells the sidecar that this worker lives, and notices a sidecar that does not.</summary>
    private async Task KeepAliveAsync(CancellationTokenSource stream)
    {
        try
        {
            using var timer = new PeriodicTimer(KeepAlive, time);
            while (await timer.WaitForNextTickAsync(stream.Token))
                await channel.Grpc.CallAsync(TaskHub.Hello, new Empty(), new GrpcCallOptions { Deadline = KeepAlive }, stream.Token);
        }
        catch (OperationCanceledException)
        {
            // The stream ended.
        }
        catch (GrpcException error)
        {
            log.KeepAliveFailed(error.Message);
            await stream.CancelAsync();
        }
    }

    private void ResetStream()
    {
        try
        {
            Volatile.Read(ref _stream)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    private void StreamLost(GrpcException? error, TimeSpan delay)
    {
        var reason = error?.Message ?? "the sidecar closed it";
        if (_reached) log.StreamLost(reason, delay);
        else log.SidecarAway(reason, delay);
        _reached = false;
    }
}
