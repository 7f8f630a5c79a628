using Dapr.DurableTask.Protobuf;

namespace Dapr.Workflow.Worker;

/// <summary>A work item, and the stream it came from: once that is lost, the sidecar gives the item to another.</summary>
internal readonly record struct ReceivedItem(WorkItem Item, CancellationToken Lost);
