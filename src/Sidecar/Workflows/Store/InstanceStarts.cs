using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Makes instances. An id may be used again once its last run and all the children of it have ended.</summary>
internal static class InstanceStarts
{
    /// <returns>Besides the result the number of the new instance.</returns>
    public static (StartResult Result, long Number) Start(
        SqliteSession session, string app, string id, HistoryEvent started, ParentLink? parent, DateTimeOffset now)
    {
        if (InstanceTable.Find(session, app, id) is { } existing)
        {
            if (parent is not null && existing.Parent == parent) return (StartResult.Known, existing.Number);
            if (!existing.IsFinished) return (StartResult.Active, 0);
            if (FindActiveBelow(session, existing) is not null) return (StartResult.ChildrenActive, 0);
            InstanceTable.Delete(session, existing.Number, withActivities: false);
        }

        var wake = now.ToUnixTimeMilliseconds();
        if (started.ExecutionStarted.ScheduledStartTimestamp is { } planned) wake = Math.Max(wake, TimerTable.Milliseconds(planned));
        var number = InstanceTable.Insert(session, app, id, started.ExecutionStarted, parent, now.UtcTicks, wake);
        InboxTable.Add(session, number, StoredEvent.Of(started));
        return (StartResult.Created, number);
    }

    /// <summary>A descendant that has not ended; null when all have, or were purged.</summary>
    public static InstanceRow? FindActiveBelow(SqliteSession session, InstanceRow instance)
    {
        foreach (var child in InstanceTable.ChildrenOf(session, instance))
        {
            if (!child.IsFinished) return child;
            if (FindActiveBelow(session, child) is { } deeper) return deeper;
        }

        return null;
    }
}
