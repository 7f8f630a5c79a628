namespace Dapr.Workflow.Worker.Replay;

/// <summary>What a workflow can do that its history records.</summary>
internal enum StepKind
{
    Activity,
    ChildWorkflow,
    Timer,
    SentEvent,
}
