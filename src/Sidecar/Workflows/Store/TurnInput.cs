using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>What a turn takes in.</summary>
/// <param name="Events">The inbox up to <paramref name="LastItem"/>, then the timers that are due.</param>
/// <param name="LastItem">The number of the last inbox row; 0 for none.</param>
/// <param name="Due">The time up to which timers are in it.</param>
internal sealed record TurnInput(List<HistoryEvent> Events, long LastItem, long Due, long Bytes)
{
    /// <summary><see cref="WorkerTable.Changes"/> when it was read, before any worker was asked.</summary>
    public long WorkerChanges { get; init; }
}
