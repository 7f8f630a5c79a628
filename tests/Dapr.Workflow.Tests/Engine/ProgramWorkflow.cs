using Dapr.Workflow;

namespace WorkflowTests.Engine;

/// <summary>What a program's instance is started with.</summary>
/// <param name="Node">The part of the program that it runs.</param>
/// <param name="Rounds">How often it still runs it.</param>
/// <param name="Before">What came of the rounds before.</param>
/// <param name="Fails">Whether it ends with an exception.</param>
internal sealed record ProgramInput(int Node, int Rounds, string? Before, bool Fails);

/// <summary>Runs a program through the official API.</summary>
/// <param name="program">The program.</param>
/// <param name="minute">What it calls a minute.</param>
/// <param name="raise">Raises an event (name, payload) at an instance.</param>
/// <param name="suffix">Of all its names, beside other programs.</param>
internal sealed class ProgramWorkflow(
    RandomProgram program, TimeSpan minute, Func<string, string, string, Task> raise, string suffix = "")
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Node> _nodes = program.Root.All.ToDictionary(node => node.Id);
    private readonly Dictionary<string, List<string>> _attempts = [];

    public void Register(WorkflowRuntimeOptions options)
    {
        options.RegisterWorkflow<ProgramInput, string>("program" + suffix, RunAsync);
        options.RegisterActivity<int, string>("act" + suffix, Act);
        options.RegisterActivity<string, string>("echo" + suffix, (_, text) => Task.FromResult(text));
        options.RegisterActivity<string[], string>("raise" + suffix, RaiseAsync);
    }

    private async Task<string> RunAsync(WorkflowContext context, ProgramInput input)
    {
        context.SetCustomStatus(input.Rounds);
        // So that its events come, at some time or other.
        var raised = context.CallActivityAsync("raise" + suffix, _nodes[input.Node].Events);
        var outcome = await RunAsync(context, _nodes[input.Node]);
        await raised;
        if (input.Fails) throw new InvalidOperationException(outcome);
        var all = input.Before is null ? outcome : $"{input.Before}|{outcome}";
        if (input.Rounds > 1) context.ContinueAsNew(input with { Rounds = input.Rounds - 1, Before = all });
        return all;
    }

    private async Task<string> RunAsync(WorkflowContext context, Node node)
    {
        switch (node)
        {
            case ActivityNode activity:
                var retries = activity.Attempts == 1
                    ? null
                    : new WorkflowTaskOptions(new WorkflowRetryPolicy(activity.Attempts, 3 * minute));
                try
                {
                    return await context.CallActivityAsync<string>("act" + suffix, node.Id, retries);
                }
                catch (WorkflowTaskFailedException failure)
                {
                    return failure.FailureDetails.ErrorMessage;
                }
            case TimerNode timer:
                await context.CreateTimer(timer.Minutes * minute);
                return node.Outcome;
            case EventNode { NeverTimer: true } wait:
                return await context.WaitForExternalEventAsync<string>(wait.Name, Timeout.InfiniteTimeSpan);
            case EventNode wait:
                return await context.WaitForExternalEventAsync<string>(wait.Name);
            case TimeoutNode limit:
                await Assert.ThrowsAsync<TaskCanceledException>(
                    () => context.WaitForExternalEventAsync<string>("nobody", limit.Minutes * minute));
                return node.Outcome;
            case EchoNode:
                var said = $"{context.NewGuid()} {context.CurrentUtcDateTime:O}";
                return await context.CallActivityAsync<string>("echo" + suffix, said) == said ? node.Outcome : "another in the replay";
            case SequenceNode sequence:
                var outcomes = new List<string>();
                foreach (var step in sequence.Steps) outcomes.Add(await RunAsync(context, step));
                return $"({string.Join(' ', outcomes)})";
            case FanOutNode { Most: { } most } fanOut:
                var few = await context.ProcessInParallelAsync(fanOut.Branches, branch => RunAsync(context, branch), most);
                return $"[{string.Join(' ', few)}]";
            case FanOutNode fanOut:
                return $"[{string.Join(' ', await Task.WhenAll(fanOut.Branches.Select(branch => RunAsync(context, branch))))}]";
            case ChildNode child:
                try
                {
                    var input = new ProgramInput(child.Body.Id, 1, null, child.Fails);
                    return $"<{await context.CallChildWorkflowAsync<string>("program" + suffix, input)}>";
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
        lock (_lock)
        {
            var calls = $"{context.InstanceId} {id}";
            if (!_attempts.TryGetValue(calls, out var keys)) _attempts.Add(calls, keys = []);
            if (!keys.Contains(context.TaskExecutionKey)) keys.Add(context.TaskExecutionKey);
            return keys.IndexOf(context.TaskExecutionKey);
        }
    }

    private async Task<string> RaiseAsync(WorkflowActivityContext context, string[] names)
    {
        foreach (var name in names) await raise(context.InstanceId, name, "e" + name["event".Length..]);
        return "";
    }
}
