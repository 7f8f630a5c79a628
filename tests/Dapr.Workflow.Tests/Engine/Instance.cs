using Dapr.DurableTask.Protobuf;

namespace WorkflowTests.Engine;

/// <summary>One workflow instance as a sidecar keeps it.</summary>
internal sealed class Instance(string id, Instance? parent, int parentTask)
{
    public string Id { get; } = id;

    public Instance? Parent { get; } = parent;

    public int ParentTask { get; } = parentTask;

    /// <summary>Of the parent when it made this one: a later run of it does not get the result.</summary>
    public int ParentGeneration { get; } = parent?.Generation ?? 0;

    public int Generation { get; set; }

    public string ExecutionId { get; set; } = string.Empty;

    public List<HistoryEvent> History { get; } = [];

    public List<HistoryEvent> Inbox { get; } = [];

    public bool Suspended { get; set; }

    public CompleteWorkflowAction? End { get; set; }
}
