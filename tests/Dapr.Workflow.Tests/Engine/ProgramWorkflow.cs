using Dapr.Workflow;

namespace WorkflowTests.Engine;

/// <summary>What a program's instance is started with.</summary>
/// <param name="Node">The part of the program that it runs.</param>
/// <param name="Rounds">How often it still runs it.</param>
/// <param name="Before">What came of the rounds before.</param>
/// <param name="Fails">Whether it ends with an exception.</param>
internal sealed record ProgramInput(int Node, int Rounds, string? Before, bool Fails);

/// <summary>Runs a program through the official API.</summary>
internal sealed class ProgramWorkflow(RandomProgram program)
{
    private readonly Dictionary<int, Node> _nodes = program.Root.All.ToDictionary(node => node.Id);
    private readonly Dictionary<string, List<string>> _attempts = [];

    public void Register(WorkflowRuntimeOptions options)
    {
        options.RegisterWorkflow<ProgramInput, string>("program", RunAsync);
        options.RegisterActivity<int, string>("act", Act);
        options.RegisterActivity<string, string>("echo", (_, text) => Task.FromResult(text));
    }

    private async Task<string> RunAsync(WorkflowContext context, ProgramInput input)
    {
        context.SetCustomStatus(input.Rounds);
        var outcome = await RunAsync(context, _nodes[input.Node]);
        if (input.Fails) throw new InvalidOperationException(outcome);
        var all = input.Before is null ? outcome : $"{input.Before}|{outcome}";
        if (input.Rounds > 1) context.ContinueAsNew(input with { Rounds = input.Rounds - 1, Before = all });
        return all;
    }

    private static async Task<string> RunAsync(WorkflowContext context, Node node)
    {
        switch (node)
        {
            case ActivityNode activity:
                var retries = activity.Attempts == 1
                    ? null
                    : new WorkflowTaskOptions(new WorkflowRetryPolicy(activity.Attempts, TimeSpan.FromMinutes(3)));
                try
                {
                    return await context.CallActivityAsync<string>("act", node.Id, retries);
                }
                catch (WorkflowTaskFailedException failure)
                {
                    return failure.FailureDetails.ErrorMessage;
                }
            case TimerNode timer:
                await context.CreateTimer(TimeSpan.FromMinutes(timer.Minutes));
                return node.Outcome;
            case EventNode { NeverTimer: true } wait:
                return await context.WaitForExternalEventAsync<string>(wait.Name, Timeout.InfiniteTimeSpan);
            case EventNode wait:
                return await context.WaitForExternalEventAsync<string>(wait.Name);
            case TimeoutNode limit:
                await Assert.ThrowsAsync<TaskCanceledException>(
                    () => context.WaitForExternalEventAsync<string>("nobody", TimeSpan.FromMinutes(limit.Minutes)));
                return node.Outcome;
            case EchoNode:
                var said = $"{context.NewGuid()} {context.CurrentUtcDateTime:O}";
                return await context.CallActivityAsync<string>("echo", said) == said ? node.Outcome : "another in the replay";
            case SequenceNode sequence:
                var outcomes = new List<string>();
                foreach (var step in sequence.Steps) outcomes.Add(await RunAsync(context, step));
                return $"({string.Join(' ', outcomes)})";
            case FanOutNode { Most: { } most } fanOut:
                return $"[{string.Join(' ', await context.ProcessInParallelAsync(fanOut.Branches, branch => RunAsync(context, branch), most))}]";
            case FanOutNode fanOut:
                return $"[{string.Join(' ', await Task.WhenAll(fanOut.Branches.Select(branch => RunAsync(context, branch))))}]";
            case ChildNode child:
                try
                {
                    return $"<{await context.CallChildWorkflowAsync<string>("program", new ProgramInput(child.Body.Id, 1, null, child.Fails))}>";
                }
                catch (WorkflowTaskFailedException failure)
                {
                    Assert.Equal(child.Body.Outcome, failure.FailureDetails.ErrorMessage);
                    return $"child{child.Id} failed";
                }
            default:
                throw new InvalidOperationException($"{node} is not known.");
        }
    }

    /// <summary>Fails for as many calls as it should, whatever a call's deliveries.</summary>
    private Task<string> Act(WorkflowActivityContext context, int id)
    {
        var node = (ActivityNode)_nodes[id];
        // The calls of one round after those of another, each under a key of its own.
        var callsInRound = Math.Min(node.Failures + 1, node.Attempts);
        return CallOf(context, id) % callsInRound < node.Failures
            ? throw new InvalidOperationException($"a{id} failed")
            : Task.FromResult(node.Outcome);
    }

    private int CallOf(WorkflowActivityContext context, int id)
    {
        var calls = $"{context.InstanceId} {id}";
        if (!_attempts.TryGetValue(calls, out var keys)) _attempts.Add(calls, keys = []);
        if (!keys.Contains(context.TaskExecutionKey)) keys.Add(context.TaskExecutionKey);
        return keys.IndexOf(context.TaskExecutionKey);
    }
}
