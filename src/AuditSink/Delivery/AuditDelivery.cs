using System.Text;
using Dapr.AspNetCore;
using McpMesh.AuditSink.Storage;
using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Delivery;

/// <summary>
/// Takes a delivery: what is not an audit event is dropped with a reason, the rest of all its messages is appended in one transaction, and
/// only then is it acknowledged. A store that fails leaves the messages with the broker.
/// </summary>
internal sealed partial class AuditDelivery(IAuditStore store, ILogger<AuditDelivery> logger)
{
    /// <param name="body">Must stay as it is until the task ends.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="System.Text.Json.JsonException">The body is not JSON.</exception>
    internal async Task<BulkSubscribeAppResponse> TakeAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var batch = DeliveredBatch.Read(body);
        foreach (var refused in batch.Refused)
            LogEventDropped(logger, refused.Position, batch.Messages[refused.Message].EntryId, refused.Reason);
        var isStored = await TryAppendAsync(batch.Records, cancellationToken);
        return new BulkSubscribeAppResponse(
            [.. batch.Messages.Select(message => new BulkSubscribeAppResponseEntry(message.EntryId, StatusOf(message, isStored)))]);
    }

    private BulkSubscribeAppResponseStatus StatusOf(DeliveredMessage message, bool isStored)
    {
        if (message.Refusal is not { } reason)
            return isStored || message.Records == 0 ? BulkSubscribeAppResponseStatus.SUCCESS : BulkSubscribeAppResponseStatus.RETRY;
        LogMessageDropped(logger, message.EntryId, reason);
        return BulkSubscribeAppResponseStatus.DROP;
    }

    private async Task<bool> TryAppendAsync(List<AuditRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            var outcomes = await store.AppendAsync(records, cancellationToken);
            for (var i = 0; i < outcomes.Count; i++)
                if (outcomes[i] == AppendOutcome.Conflict) LogConflict(logger, Encoding.UTF8.GetString(records[i].Id.Span));
            return true;
        }
        catch (SqliteException error)
        {
            LogStoreFailed(logger, records.Count, error);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Critical, "Dropped message {EntryId} of audit-events: {Reason}")]
    private static partial void LogMessageDropped(ILogger logger, string entryId, string reason);

    [LoggerMessage(LogLevel.Critical, "Dropped event {Position} of message {EntryId} of audit-events: {Reason}")]
    private static partial void LogEventDropped(ILogger logger, int position, string entryId, string reason);

    [LoggerMessage(LogLevel.Critical, "Dropped an audit event with id {EventId}: another event has this id")]
    private static partial void LogConflict(ILogger logger, string eventId);

    [LoggerMessage(LogLevel.Error, "{Count} audit events could not be stored; the broker keeps them")]
    private static partial void LogStoreFailed(ILogger logger, int count, Exception error);
}
