using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using McpMesh.DaprProtos;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>Runs one turn of a leased instance: reads, asks a worker, writes.</summary>
internal sealed class TurnRunner(
    WorkflowDatabase database, WorkerPool workers, HistoryCache cache, PayloadGuard guard, WorkflowSettings settings, string appId,
    string daprNamespace, TimeProvider clock)
{
    // A turn is replay and no work. An answer that took longer was lost on its way (too large for a message, for example).
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

    /// <summary>What the turn came to; null when the instance has failed over its own rows.</summary>
    /// <exception cref="LeaseLostException">Somebody else has it by now.</exception>
    /// <exception cref="NoWorkerException">There is nobody to ask.</exception>
    /// <exception cref="TurnRefusedException">The worker's answer cannot be used.</exception>
    /// <exception cref="TimeoutException">The worker does not answer.</exception>
    public async Task<TurnResult?> RunAsync(InstanceLease lease)
    {
        try
        {
            var (history, input) = await ReadAsync(lease);
            var context = NewContext(lease);
            var turn = Turn.Begin(history.Index, input.Events, context);
            if (!turn.HasWork) return await CommitAsync(lease, input, Unchanged(lease, turn), context, history);
            if (guard.Fits(history.Bytes + input.Bytes)) return await AskAsync(lease, input, turn, history);
            var outcome = turn.Terminated is not null
                ? turn.ApplyTermination(context)
                : turn.Stall(
                    StalledReason.PayloadSizeExceeded, guard.Describe("Workflow payload size", history.Bytes + input.Bytes), context);
            return await CommitAsync(lease, input, outcome, context, history);
        }
        catch (HistoryCorruptException error)
        {
            var context = NewContext(lease);
            var retention = settings.RetentionOf(OrchestrationStatus.Failed);
            await database.WriteAsync(session =>
            {
                InstanceFailure.Run(session, lease, error.Message, context, retention);
                return true;
            });
            return null;
        }
    }

    private async Task<TurnResult> AskAsync(InstanceLease lease, TurnInput input, Turn turn, InstanceHistory history)
    {
        var item = new WorkItem(WorkItemKey.Of(lease.Row.Id), Request(lease, turn, history));
        try
        {
            workers.Add(item);
            var response = (WorkflowResponse)await item.Answer.WaitAsync(AnswerLimit, clock);
            // The time of the events is that of the answer; the worker's time stands in WorkflowStarted.
            var context = NewContext(lease);
            var outcome = turn.Apply(response, context);
            var writes = new TurnWrites(outcome, lease.Row.Id);
            var oversized = writes.Requests.FindIndex(request => !guard.Fits(request.Length));
            if (oversized >= 0)
            {
                var task = outcome.Tasks[oversized];
                var what = $"activity '{task.TaskScheduled.Name}::{task.EventId}' payload";
                outcome = turn.Stall(StalledReason.PayloadSizeExceeded, guard.Describe(what, writes.Requests[oversized].Length), context);
                writes = new TurnWrites(outcome, lease.Row.Id);
            }

            var result = await CommitAsync(lease, input, writes, context, history);
            item.Settle();
            return result;
        }
        catch (Exception error)
        {
            item.Refuse(error);
            throw;
        }
        finally
        {
            workers.Remove(item);
        }
    }

    private async Task<(InstanceHistory History, TurnInput Input)> ReadAsync(InstanceLease lease)
    {
        var row = lease.Row;
        var history = cache.Take(row.Number, row.Revision);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (rows, inbox, timers, workerChanges) = await database.ReadAsync(session => (
            history is null ? HistoryTable.Read(session, row.Number, row.Events) : null,
            InboxTable.Read(session, row.Number),
            TimerTable.Due(session, row.Number, now),
            WorkerTable.Changes(session, row.AppId)));
        history ??= InstanceHistory.Read(rows!, row.Revision);

        var input = new InboxReader(guard, history.Bytes);
        foreach (var item in inbox) input.Add(item);
        foreach (var timer in timers) input.AddTimer(timer, clock.GetUtcNow());
        return (history, input.ToTurnInput(now) with { WorkerChanges = workerChanges });
    }

    private Task<TurnResult> CommitAsync(
        InstanceLease lease, TurnInput input, TurnOutcome outcome, TurnContext context, InstanceHistory history) =>
        CommitAsync(lease, input, new TurnWrites(outcome, lease.Row.Id), context, history);

    private async Task<TurnResult> CommitAsync(
        InstanceLease lease, TurnInput input, TurnWrites writes, TurnContext context, InstanceHistory history)
    {
        var outcome = writes.Outcome;
        var commit = new TurnCommit(lease, input, writes, context, settings.RetentionOf(outcome.Status));
        // What a turn in between loses in a power cut is done again by the next; an end is told to others.
        var result = await database.WriteAsync(commit.Run, durable: CompletionRules.IsFinal(outcome.Status));
        if (result.Row.IsFinished) return result;
        if (outcome.NextGeneration is not null) history = new InstanceHistory();
        if (outcome.Stall is { } stall) history.Add(stall, writes.Stall!.Value.Bytes);
        for (var i = 0; i < outcome.Events.Count; i++) history.Add(outcome.Events[i], writes.Events[i].Bytes);
        history.Revision = result.Row.Revision;
        cache.Put(lease.Number, history);
        return result;
    }

    private static TurnOutcome Unchanged(InstanceLease lease, Turn turn) =>
        new() { Status = turn.Index.Status, CustomStatus = lease.Row.CustomStatus };

    private static EncodedWorkItem Request(InstanceLease lease, Turn turn, InstanceHistory history)
    {
        var request = new EncodedWorkflowRequest
        {
            InstanceId = lease.Row.Id,
            ExecutionId = turn.Index.Start?.WorkflowInstance?.ExecutionId,
        };
        request.PastEvents.AddRange(history.Events);
        foreach (var e in turn.NewEvents) request.NewEvents.Add(e.ToByteString());
        return new EncodedWorkItem { WorkflowRequest = request };
    }

    private TurnContext NewContext(InstanceLease lease) => new(appId, daprNamespace, lease.Row.Id, clock.GetUtcNow());
}
