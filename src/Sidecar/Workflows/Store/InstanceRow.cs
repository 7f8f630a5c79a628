using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>An instance as its row tells it. Times are UTC ticks.</summary>
internal sealed record InstanceRow(long Number, string AppId, string Id, string Name, OrchestrationStatus Status)
{
    public const string Columns = """
        number, app, id, name, status, version, execution, generation, events, revision, created, updated, started, completed,
        parent, parent_generation, parent_task, parent_app, parent_id, owner, fence, custom_status
        """;

    public string? Version { get; init; }

    public string? ExecutionId { get; init; }

    /// <summary>How often it has continued as new.</summary>
    public long Generation { get; init; }

    /// <summary>The length of its history.</summary>
    public long Events { get; init; }

    /// <summary>Changes with the history: what was read at the same revision is still right.</summary>
    public long Revision { get; init; }

    public long Created { get; init; }

    public long Updated { get; init; }

    public long? Started { get; init; }

    public long? Completed { get; init; }

    public ParentLink? Parent { get; init; }

    public long Owner { get; init; }

    public long Fence { get; init; }

    public string? CustomStatus { get; init; }

    public bool IsFinished => Turns.CompletionRules.IsFinal(Status);

    public static InstanceRow Read(Statement row) =>
        new(row.Int64(0), row.Text(1), row.Text(2), row.Text(3), (OrchestrationStatus)row.Int64(4))
        {
            Version = row.NullableText(5),
            ExecutionId = row.NullableText(6),
            Generation = row.Int64(7),
            Events = row.Int64(8),
            Revision = row.Int64(9),
            Created = row.Int64(10),
            Updated = row.Int64(11),
            Started = row.NullableInt64(12),
            Completed = row.NullableInt64(13),
            Parent = row.IsNull(14)
                ? null
                : new ParentLink(row.Int64(14), row.Int64(15), (int)row.Int64(16), row.Text(17), row.Text(18)),
            Owner = row.Int64(19),
            Fence = row.Int64(20),
            CustomStatus = row.NullableText(21),
        };
}
