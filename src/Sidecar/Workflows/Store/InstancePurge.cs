using McpMesh.Grpc;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Removes instances that have ended, or with force any.</summary>
internal static class InstancePurge
{
    /// <summary>Returns how many are gone: all that were asked for.</summary>
    /// <exception cref="GrpcException">One of them may not go.</exception>
    public static int Run(SqliteSession session, string app, string id, bool recursive, bool force)
    {
        var instance = InstanceTable.Find(session, app, id)
            ?? throw new GrpcException(GrpcStatusCode.NotFound, "no such instance exists");
        return Remove(session, instance, recursive, force);
    }

    /// <summary>Removes what the retention policy keeps no longer.</summary>
    public static int RunExpired(SqliteSession session, long now)
    {
        var expired = session.Prepare("SELECT number FROM workflow_instances WHERE expires IS NOT NULL AND expires<=?1 LIMIT 500")
            .Bind(1, now).All(static row => row.Int64(0));
        foreach (var number in expired) InstanceTable.Delete(session, number, withActivities: true);
        return expired.Count;
    }

    public static bool HasExpired(SqliteSession session, long now) =>
        session.Prepare("SELECT 1 FROM workflow_instances WHERE expires IS NOT NULL AND expires<=?1 LIMIT 1").Bind(1, now).Any();

    private static int Remove(SqliteSession session, InstanceRow instance, bool recursive, bool force)
    {
        if (!force && !instance.IsFinished)
            throw new GrpcException(GrpcStatusCode.FailedPrecondition, "orchestration has not yet completed");
        var removed = 0;
        if (recursive)
        {
            foreach (var child in InstanceTable.ChildrenOf(session, instance))
            {
                try
                {
                    removed += Remove(session, child, recursive, force);
                }
                catch (GrpcException error)
                {
                    throw new GrpcException(error.Code, $"failed to purge child workflow \"{child.Id}\": {error.Detail}");
                }
            }
        }

        InstanceTable.Delete(session, instance.Number, withActivities: true);
        return removed + 1;
    }
}
