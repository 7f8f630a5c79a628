using System.Text.Json;
using Dapr.AspNetCore;
using McpMesh.AuditSink.Storage;
using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Delivery;

/// <summary>
/// Takes a delivered batch: what is not an audit event is dropped with a reason, the rest is appended in one transaction, and only then
/// is it acknowledged. A store that fails leaves it with the broker.
/// </summary>
internal sealed partial class AuditDelivery(IAuditStore store, ILogger<AuditDelivery> logger)
{
    internal async Task<BulkSubscribeAppResponse> TakeAsync(
        IReadOnlyList<BulkSubscribeMessageEntry<JsonElement>> entries, CancellationToken cancellationToken)
    {
        var statuses = new BulkSubscribeAppResponseStatus[entries.Count];
        var records = new List<AuditRecord>(entries.Count);
        var places = new List<int>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (DeliveredEvent.TryRead(entries[i].Event, out var record, out var reason))
            {
                records.Add(record);
                places.Add(i);
            }
            else
            {
                statuses[i] = BulkSubscribeAppResponseStatus.DROP;
                LogDropped(logger, entries[i].EntryId, reason);
            }
        }
        await AppendAsync(records, places, statuses, cancellationToken);
        return new BulkSubscribeAppResponse(
            [.. entries.Select((entry, i) => new BulkSubscribeAppResponseEntry(entry.EntryId, statuses[i]))]);
    }

    private async Task AppendAsync(
        List<AuditRecord> records, List<int> places, BulkSubscribeAppResponseStatus[] statuses, CancellationToken cancellationToken)
    {
        try
        {
            var outcomes = await store.AppendAsync(records, cancellationToken);
            for (var i = 0; i < outcomes.Count; i++)
            {
                if (outcomes[i] != AppendOutcome.Conflict) continue;
                statuses[places[i]] = BulkSubscribeAppResponseStatus.DROP;
                LogConflict(logger, records[i].Id);
            }
        }
        catch (SqliteException error)
        {
            LogStoreFailed(logger, records.Count, error);
            foreach (var place in places) statuses[place] = BulkSubscribeAppResponseStatus.RETRY;
        }
    }

    [LoggerMessage(LogLevel.Error, "Dropped message {EntryId} of audit-events: {Reason}")]
    private static partial void LogDropped(ILogger logger, string entryId, string reason);

    [LoggerMessage(LogLevel.Critical, "Dropped an audit event with id {EventId}: another event has this id")]
    private static partial void LogConflict(ILogger logger, string eventId);

    [LoggerMessage(LogLevel.Error, "{Count} audit events could not be stored; the broker keeps them")]
    private static partial void LogStoreFailed(ILogger logger, int count, Exception error);
}
