using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>
/// One turn in one transaction: the inbox is consumed, the history grows, and whatever the turn asked for is there, or nothing of it is.
/// It holds only while the lease does.
/// </summary>
internal sealed class TurnCommit(InstanceLease lease, TurnInput input, TurnWrites writes, TurnContext context, long? retention)
{
    private readonly InstanceRow _row = lease.Row;
    private readonly TurnOutcome _outcome = writes.Outcome;
    private readonly long _now = context.Now.ToUnixTimeMilliseconds();
    private bool _hasWoken;

    /// <exception cref="LeaseLostException">The lease no longer holds.</exception>
    public TurnResult Run(SqliteSession session)
    {
        LeaseTable.Check(session, lease);
        if (_outcome.Status == OrchestrationStatus.Stalled) return Stall(session);
        InboxTable.DeleteUpTo(session, _row.Number, input.LastItem);
        TimerTable.DeleteDue(session, _row.Number, input.Due);
        var next = writes.NextGeneration is { } generation ? NextGeneration(session, generation) : Append(session);
        TellParent(session);
        foreach (var sent in _outcome.Sent) Send(session, sent);
        if (_outcome.Cascade is not null) Cascade(session, next);
        return next.IsFinished ? Finish(session, next) : GoOn(session, next);
    }

    private InstanceRow Append(SqliteSession session)
    {
        HistoryTable.Append(session, _row.Number, _row.Events, writes.Events);
        for (var i = 0; i < _outcome.Tasks.Count; i++)
        {
            var task = _outcome.Tasks[i];
            ActivityTable.Add(
                session, context.TargetOf(task.Router), _row.Number, _row.Generation, task.EventId, writes.Requests[i]);
        }

        for (var i = 0; i < _outcome.Timers.Count; i++)
        {
            var fired = _outcome.Timers[i].TimerFired;
            TimerTable.Add(session, _row.Number, fired.TimerId, fired.FireAt, writes.Timers[i]);
        }

        foreach (var child in _outcome.Children) StartChild(session, child);
        foreach (var e in writes.ToSelf) InboxTable.Add(session, _row.Number, e);
        return Changed(_row.Generation, _row.Events + writes.Events.Count);
    }

    // Resolutions of the generation that ends are no business of the next one; what was sent to the instance is.
    private InstanceRow NextGeneration(SqliteSession session, List<StoredEvent> generation)
    {
        var late = InboxTable.Read(session, _row.Number, int.MaxValue);
        HistoryTable.Delete(session, _row.Number);
        TimerTable.Delete(session, _row.Number);
        InboxTable.Delete(session, _row.Number);
        foreach (var e in generation) InboxTable.Add(session, _row.Number, e);
        foreach (var item in late)
        {
            if (ResolutionKey.Of(item.Event.Parse($"inbox row {item.Number}")) is null)
                InboxTable.Add(session, _row.Number, item.Event);
        }

        return Changed(_row.Generation + 1, 0) with { ExecutionId = null };
    }

    private InstanceRow Changed(long generation, long events)
    {
        var ticks = context.Now.UtcTicks;
        var started = _outcome.Events.Find(e => e.ExecutionStarted is not null)?.ExecutionStarted;
        var version = _outcome.Events.Find(e => e.WorkflowStarted?.Version is { HasName: true })?.WorkflowStarted.Version.Name;
        return _row with
        {
            Status = _outcome.Status,
            Generation = generation,
            Events = events,
            Revision = _row.Revision + 1,
            Version = _row.Version ?? version,
            ExecutionId = started?.WorkflowInstance?.ExecutionId ?? _row.ExecutionId,
            CustomStatus = _outcome.CustomStatus,
            Started = _row.Started ?? ticks,
            Updated = ticks,
            Completed = CompletionRules.IsFinal(_outcome.Status) ? ticks : null,
        };
    }

    private void StartChild(SqliteSession session, ChildStart child)
    {
        var parent = child.TaskId is { } task
            ? new ParentLink(_row.Number, _row.Generation, task, _row.AppId, _row.Id)
            : null;
        var (result, _) = InstanceStarts.Start(session, child.AppId, child.InstanceId, child.Started, parent, context.Now);
        _hasWoken = true;
        if (result is StartResult.Created or StartResult.Known || child.TaskId is not { } waiting) return;
        InboxTable.Add(session, _row.Number, StoredEvent.Of(ChildRules.Failed(context, waiting, new TaskFailureDetails
        {
            ErrorType = "WorkflowInstanceAlreadyExists",
            ErrorMessage = result == StartResult.Active
                ? $"an active workflow with ID '{child.InstanceId}' already exists"
                : $"cannot recreate workflow with ID '{child.InstanceId}': not all of its child workflows have completed",
        })));
    }

    private void TellParent(SqliteSession session)
    {
        if (writes.ToParent is not { } done || _row.Parent is not { } link) return;
        // A parent that has ended, or begun a new generation, or was made anew, does not wait for this child.
        if (InstanceTable.Find(session, link.Number) is not { IsFinished: false } parent || parent.Generation != link.Generation) return;
        InboxTable.Add(session, parent.Number, done);
        InstanceTable.Wake(session, parent.Number, _now);
        _hasWoken = true;
    }

    private void Send(SqliteSession session, OutgoingEvent sent)
    {
        if (InstanceTable.Find(session, sent.AppId, sent.InstanceId) is not { IsFinished: false } target) return;
        InboxTable.Add(session, target.Number, StoredEvent.Of(sent.Event));
        InstanceTable.Wake(session, target.Number, _now, also: sent.Event.ExecutionTerminated is not null);
        _hasWoken = true;
    }

    private void Cascade(SqliteSession session, InstanceRow parent)
    {
        foreach (var child in InstanceTable.ChildrenOf(session, parent))
        {
            if (child.IsFinished) continue;
            var terminated = context.NewEvent();
            terminated.ExecutionTerminated = new ExecutionTerminatedEvent { Input = _outcome.Cascade!.Input, Recurse = true };
            InboxTable.Add(session, child.Number, StoredEvent.Of(terminated));
            InstanceTable.Wake(session, child.Number, _now, also: true);
            _hasWoken = true;
        }
    }

    private TurnResult Finish(SqliteSession session, InstanceRow next)
    {
        InboxTable.Delete(session, _row.Number);
        TimerTable.Delete(session, _row.Number);
        Update(session, next, wake: null, owner: 0, expires: retention is { } kept ? _now + kept : null);
        return new TurnResult(next, HasMore: false) { HasWoken = _hasWoken };
    }

    private TurnResult GoOn(SqliteSession session, InstanceRow next)
    {
        var more = InboxTable.HasAny(session, _row.Number);
        Update(session, next, more ? _now : TimerTable.Next(session, _row.Number), more ? lease.Owner : 0, expires: null);
        return new TurnResult(next, more) { HasWoken = _hasWoken };
    }

    // What came in stays. It is tried again when something else comes in, or another worker is there, or was there before this is written.
    private TurnResult Stall(SqliteSession session)
    {
        if (writes.Stall is { } stall) HistoryTable.Append(session, _row.Number, _row.Events, [stall]);
        var next = _row with
        {
            Status = OrchestrationStatus.Stalled,
            Events = _row.Events + (writes.Stall is null ? 0 : 1),
            Revision = _row.Revision + 1,
            Updated = context.Now.UtcTicks,
        };
        var again = InboxTable.HasAny(session, _row.Number, after: input.LastItem)
            || WorkerTable.Changes(session, _row.AppId) != input.WorkerChanges;
        Update(session, next, again ? _now : null, owner: 0, expires: null);
        return new TurnResult(next, HasMore: false);
    }

    private static void Update(SqliteSession session, InstanceRow next, long? wake, long owner, long? expires) => session.Prepare("""
        UPDATE workflow_instances SET status=?2, version=?3, execution=?4, generation=?5, events=?6, revision=?7, updated=?8, started=?9,
            completed=?10, custom_status=?11, wake=?12, owner=?13, expires=?14 WHERE number=?1
        """).Bind(1, next.Number).Bind(2, (long)next.Status).Bind(3, next.Version).Bind(4, next.ExecutionId).Bind(5, next.Generation)
        .Bind(6, next.Events).Bind(7, next.Revision).Bind(8, next.Updated).Bind(9, next.Started).Bind(10, next.Completed)
        .Bind(11, next.CustomStatus).Bind(12, wake).Bind(13, owner).Bind(14, expires).Run();
}
