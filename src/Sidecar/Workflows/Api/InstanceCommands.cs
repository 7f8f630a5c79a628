using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.DaprProtos;
using McpMesh.Grpc;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Api;

/// <summary>
/// What can be done with instances from outside, whatever the API it is asked through. A change is written before it returns.
/// </summary>
internal sealed class InstanceCommands(WorkflowRuntime runtime, string appId, string daprNamespace, TimeProvider clock)
{
    private const int DefaultPage = 1000;
    private const int LargestPage = 10_000;
    private long _lastEventTicks;

    /// <exception cref="GrpcException">There is an instance of that id that may not be replaced.</exception>
    public async Task StartAsync(CreateInstanceRequest request)
    {
        var engine = await runtime.EngineAsync();
        var now = clock.GetUtcNow();
        var e = NewEvent(now);
        e.ExecutionStarted = new ExecutionStartedEvent
        {
            Name = request.Name,
            Version = request.Version,
            Input = request.Input,
            WorkflowInstance = ChildRules.NewExecution(request.InstanceId),
            ScheduledStartTimestamp = request.ScheduledStartTimestamp,
            ParentTraceContext = request.ParentTraceContext,
            Tags = { request.Tags },
        };
        if (request.ExecutionId is { Length: > 0 } given) e.ExecutionStarted.WorkflowInstance.ExecutionId = given;
        e.Router = new TaskRouter { SourceAppID = appId };
        var (result, _) = await engine.Database.WriteAsync(
            session => InstanceStarts.Start(session, appId, request.InstanceId, e, null, now));
        if (result == StartResult.Active)
            throw new GrpcException(GrpcStatusCode.AlreadyExists, $"an active workflow with ID '{request.InstanceId}' already exists");
        if (result == StartResult.ChildrenActive)
        {
            throw new GrpcException(GrpcStatusCode.AlreadyExists,
                $"cannot recreate workflow with ID '{request.InstanceId}': not all of its child workflows have completed");
        }

        engine.Wake();
        engine.Watch.Changed(request.InstanceId);
    }

    /// <summary>Null when there is no such instance.</summary>
    public async Task<WorkflowState?> FindAsync(string id, bool withPayloads)
    {
        var engine = await runtime.EngineAsync();
        return await engine.Database.ReadAsync(session => InstanceQueries.Describe(session, appId, id, withPayloads));
    }

    /// <summary>Waits until the instance is as wanted; null when there is none.</summary>
    public async Task<WorkflowState?> WaitAsync(
        string id, Func<OrchestrationStatus, bool> wanted, bool withPayloads, CancellationToken cancellationToken)
    {
        var engine = await runtime.EngineAsync();
        while (true)
        {
            var change = engine.Watch.NextChange(id);
            var state = await engine.Database.ReadAsync(session => InstanceQueries.Describe(session, appId, id, withPayloads));
            if (state is null || wanted(state.WorkflowStatus)) return state;
            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for a start, unless there is no worker here that could make it.</summary>
    public async Task WaitForStartAsync(string id, CancellationToken cancellationToken)
    {
        if (runtime.Workers > 0) await WaitAsync(id, status => status != OrchestrationStatus.Pending, false, cancellationToken);
    }

    /// <exception cref="GrpcException">There is no such instance, or it is stalled.</exception>
    public Task RaiseEventAsync(string id, string name, string? input)
    {
        var e = NewEvent(NextEventTime());
        e.EventRaised = new EventRaisedEvent { Name = name, Input = input };
        return TellAsync(id, e);
    }

    /// <exception cref="GrpcException">There is no such instance.</exception>
    public Task TerminateAsync(string id, string? output, bool recurse)
    {
        var e = NewEvent(clock.GetUtcNow());
        e.ExecutionTerminated = new ExecutionTerminatedEvent { Input = output, Recurse = recurse };
        return TellAsync(id, e);
    }

    /// <exception cref="GrpcException">There is no such instance.</exception>
    public Task SuspendAsync(string id, string? reason)
    {
        var e = NewEvent(clock.GetUtcNow());
        e.ExecutionSuspended = new ExecutionSuspendedEvent { Input = reason is { Length: > 0 } ? reason : null };
        return TellAsync(id, e);
    }

    /// <exception cref="GrpcException">There is no such instance.</exception>
    public Task ResumeAsync(string id, string? reason)
    {
        var e = NewEvent(clock.GetUtcNow());
        e.ExecutionResumed = new ExecutionResumedEvent { Input = reason is { Length: > 0 } ? reason : null };
        return TellAsync(id, e);
    }

    /// <summary>Returns how many are gone.</summary>
    /// <exception cref="GrpcException">There is no such instance, or one that has not ended.</exception>
    public async Task<int> PurgeAsync(string id, bool recursive, bool force)
    {
        var engine = await runtime.EngineAsync();
        var removed = await engine.Database.WriteAsync(session => InstancePurge.Run(session, appId, id, recursive, force));
        engine.Watch.Changed(id);
        return removed;
    }

    /// <summary>Returns the id of the new instance.</summary>
    /// <exception cref="GrpcException">The source cannot be run again from there.</exception>
    public async Task<string> RerunAsync(RerunWorkflowFromEventRequest request)
    {
        var engine = await runtime.EngineAsync();
        var id = request.HasNewInstanceID && request.NewInstanceID.Length > 0 ? request.NewInstanceID : Guid.NewGuid().ToString();
        if (request.SourceInstanceID.Length == 0)
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "rerun workflow source instance ID is required");
        if (request.SourceInstanceID == id)
        {
            throw new GrpcException(
                GrpcStatusCode.InvalidArgument, "rerun workflow instance ID must be different from the original instance ID");
        }

        var context = new TurnContext(appId, daprNamespace, id, clock.GetUtcNow());
        await engine.Database.WriteAsync(session => InstanceRerun.Run(session, appId, request, context));
        engine.Wake();
        engine.Watch.Changed(id);
        return id;
    }

    public async Task<ListInstanceIDsResponse> ListAsync(ListInstanceIDsRequest request)
    {
        var engine = await runtime.EngineAsync();
        var size = request.HasPageSize && request.PageSize > 0 ? (int)Math.Min(request.PageSize, LargestPage) : DefaultPage;
        var after = request.HasContinuationToken ? request.ContinuationToken : "";
        var ids = await engine.Database.ReadAsync(session => InstanceQueries.Ids(session, appId, after, size + 1));
        var page = new ListInstanceIDsResponse();
        page.InstanceIds.AddRange(ids.Take(size));
        if (ids.Count > size) page.ContinuationToken = ids[size - 1];
        return page;
    }

    /// <exception cref="GrpcException">There is no such instance.</exception>
    public async Task<EncodedInstanceHistory> HistoryAsync(string id)
    {
        var engine = await runtime.EngineAsync();
        return await engine.Database.ReadAsync(session => InstanceQueries.History(session, appId, id));
    }

    private async Task TellAsync(string id, HistoryEvent e)
    {
        var engine = await runtime.EngineAsync();
        await engine.Database.WriteAsync(session => InstanceEvents.Add(session, appId, id, e, clock.GetUtcNow()));
        engine.Wake();
    }

    private static HistoryEvent NewEvent(DateTimeOffset time) => new() { EventId = -1, Timestamp = Timestamp.FromDateTimeOffset(time) };

    // Name and time tell external events apart: no two of this process have the same time.
    private DateTimeOffset NextEventTime()
    {
        while (true)
        {
            var last = Volatile.Read(ref _lastEventTicks);
            var next = Math.Max(clock.GetUtcNow().UtcTicks, last + 1);
            if (Interlocked.CompareExchange(ref _lastEventTicks, next, last) == last) return new DateTimeOffset(next, TimeSpan.Zero);
        }
    }
}
