namespace Dapr.Workflow.Worker.Replay;

/// <summary>What the next run of a workflow that continues as new begins with.</summary>
internal sealed record NextRun(string Input, bool KeepsEvents);
