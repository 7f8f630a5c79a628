using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.DaprProtos;
using McpMesh.Sidecar.Workflows.Store;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>Runs one leased activity: asks a worker, and puts the result into the inbox of the workflow that waits for it.</summary>
internal sealed class ActivityRunner(WorkflowDatabase database, WorkerPool workers, TimeProvider clock)
{
    /// <summary>Whether a workflow waited for the result.</summary>
    /// <exception cref="LeaseLostException">Somebody else has it by now.</exception>
    /// <exception cref="NoWorkerException">There is nobody to ask.</exception>
    public async Task<bool> RunAsync(ActivityLease lease)
    {
        ActivityRequest request;
        try
        {
            request = ActivityRequest.Parser.ParseFrom(lease.Request);
        }
        catch (InvalidProtocolBufferException error)
        {
            return await CompleteAsync(lease, "", new ActivityResponse
            {
                FailureDetails = new TaskFailureDetails
                {
                    ErrorType = HistoryCorruptException.ErrorType,
                    ErrorMessage = $"the activity's row cannot be read: {error.Message}",
                    IsNonRetriable = true,
                },
            });
        }

        var item = new WorkItem(
            WorkItemKey.Of(request.WorkflowInstance.InstanceId, request.TaskId), new EncodedWorkItem { ActivityRequest = request });
        try
        {
            workers.Add(item);
            var waited = await CompleteAsync(lease, request.TaskExecutionId, (ActivityResponse)await item.Answer);
            item.Settle();
            return waited;
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

    private Task<bool> CompleteAsync(ActivityLease lease, string executionId, ActivityResponse response)
    {
        var now = clock.GetUtcNow();
        var result = new HistoryEvent { EventId = -1, Timestamp = Timestamp.FromDateTimeOffset(now) };
        if (response.FailureDetails is { } failure)
        {
            result.TaskFailed = new TaskFailedEvent
            {
                TaskScheduledId = lease.TaskId,
                TaskExecutionId = executionId,
                FailureDetails = failure,
            };
        }
        else
        {
            result.TaskCompleted = new TaskCompletedEvent
            {
                TaskScheduledId = lease.TaskId,
                TaskExecutionId = executionId,
                Result = response.Result,
            };
        }

        var stored = StoredEvent.Of(result);
        return database.WriteAsync(session => InstanceEvents.Complete(session, lease, stored, now));
    }
}
