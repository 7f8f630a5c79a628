using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Microsoft.Extensions.Logging;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Code that does not do what its history says, and code that waits for what is not recorded: found, and named.</summary>
public sealed class NonDeterminismTests
{
    private const string Rule = "; a workflow must do the same steps in every replay (changes of running workflows go behind IsPatched)";

    [Theory]
    [InlineData("activity A", "step 0: the history has activity 'A', the code did child workflow 'C'", "child C")]
    [InlineData("activity A", "step 0: the history has activity 'A', the code did activity 'B'", "activity B")]
    [InlineData("activity A", "step 0: the history has activity 'A', the code did timer", "timer")]
    [InlineData("activity A", "step 0: the history has activity 'A', the code did time limit of event 'go'", "event go")]
    [InlineData("timer", "step 0: the history has timer, the code did activity 'B'", "activity B")]
    [InlineData("timer", "step 0: the history has timer, the code did time limit of event 'go'", "event go")]
    [InlineData("child C", "step 0: the history has child workflow 'C', the code did child workflow 'D'", "child D")]
    [InlineData("child C", "step 0: the history has child workflow 'C', the code did timer", "timer")]
    [InlineData("event go", "step 0: the history has time limit of event 'go', the code did time limit of event 'stop'", "event stop")]
    [InlineData("send go", "step 0: the history has event 'go' sent, the code did activity 'A'", "activity A")]
    [InlineData("activity A", "step 0: the history has activity 'A', the code did nothing at that step", "wait")]
    [InlineData("timer", "step 0: the history has timer, the code had ended", "end")]
    public void A_step_that_differs_fails_the_run_and_is_named(string recorded, string message, string code)
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                await Do(context, code);
                return "";
            },
            [Turn(), Start(), Recorded(recorded)], [Turn(1), Raised("unrelated")]);

        Assert.Single(response.Actions);
        Assert.Equal(("NonDeterminism", message + Rule), (response.Failure().ErrorType, response.Failure().ErrorMessage));
        Assert.True(response.Failure().IsNonRetriable);
    }

    [Fact]
    public void The_first_step_that_differs_is_the_one_that_is_named()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                await context.CallActivityAsync("A");
                await context.CallActivityAsync("inserted");
                return await context.CallActivityAsync<string>("B");
            },
            [Turn(), Start(), Scheduled(0, "A"), Turn(1), Completed(0), Scheduled(1, "B")], [Turn(2), Completed(1, "x")]);

        Assert.Equal("step 1: the history has activity 'B', the code did activity 'inserted'" + Rule, response.Failure().ErrorMessage);
    }

    [Fact]
    public void The_message_does_not_differ_between_instances()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) => await context.CallActivityAsync<string>("A"), [Turn(), Start(), Scheduled(0, "B")], [Turn(1)]);

        Assert.DoesNotContain(Replayed.InstanceId, response.Failure().ErrorMessage);
        Assert.DoesNotContain(Replayed.ExecutionId, response.Failure().ErrorMessage);
    }

    [Fact]
    public void An_outcome_of_another_kind_of_step_is_named()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) => await context.CallActivityAsync<string>("A"), [Turn(), Start()], [Turn(1), Fired(0)]);

        Assert.Equal(
            "step 0: the history has the outcome of another kind of step (Timer) than the code waits for (Activity)",
            response.Failure().ErrorMessage);
    }

    [Fact]
    public void Names_that_differ_in_case_and_timers_without_a_purpose_are_the_same_step()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                await Task.WhenAll(context.CallActivityAsync("a"), context.CreateTimer(TimeSpan.FromMinutes(1)));
                return "done";
            },
            [Turn(), Start(), Scheduled(0, "A"), new HistoryEvent { EventId = 1, TimerCreated = new() }],
            [Turn(1), Completed(0), Fired(1)]);

        Assert.Equal("\"done\"", response.Result());
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("delay elsewhere")]
    [InlineData("own task")]
    [InlineData("yield")]
    public void A_run_that_awaits_what_is_no_task_of_its_context_fails_by_name(string what)
    {
        using var never = new CancellationTokenSource();
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                switch (what)
                {
                    case "delay":
                        await Task.Delay(Timeout.Infinite, never.Token);
                        break;
                    case "delay elsewhere":
                        await Task.Delay(Timeout.Infinite, never.Token).ConfigureAwait(false);
                        break;
                    case "own task":
                        await new TaskCompletionSource().Task;
                        break;
                    case "yield":
                        await Task.Yield();
                        break;
                }
                return await context.CallActivityAsync<string>("A");
            },
            Turn(), Start());

        Assert.Equal("NonWorkflowAwait", response.Failure().ErrorType);
        Assert.Single(response.Actions);
    }

    [Fact]
    public void A_run_that_another_thread_reaches_into_during_its_turn_fails_even_if_it_also_waits_for_tasks_of_its_context()
    {
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                var elsewhere = new TaskCompletionSource();
                var branch = Branch(context, elsewhere.Task);
                var thread = new Thread(elsewhere.SetResult);
                thread.Start();
                thread.Join();
                await context.WaitForExternalEventAsync<string>("go");
                await branch;
                return "";
            },
            Turn(), Start());

        Assert.Equal("NonWorkflowAwait", response.Failure().ErrorType);
        Assert.Single(response.Actions);

        static async Task Branch(WorkflowContext context, Task elsewhere)
        {
            await elsewhere;
            await context.CallActivityAsync("A");
        }
    }

    [Fact]
    public async Task Code_that_comes_to_its_context_from_elsewhere_is_refused_and_logged_even_after_the_turn()
    {
        using var lines = new LogLines();
        var elsewhere = new TaskCompletionSource();
        var refused = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                var approval = context.WaitForExternalEventAsync<string>("approval");
                await elsewhere.Task;
                try
                {
                    return await context.CallActivityAsync<string>("A");
                }
                catch (InvalidOperationException error)
                {
                    refused.SetResult(error);
                    return await approval;
                }
            },
            [], [Turn(), Start()], lines);
        // The turn cannot know yet: the wait for the approval is one that it understands.
        Assert.Empty(response.Actions);

        new Thread(elsewhere.SetResult).Start();
        var refusal = await refused.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.StartsWith("CallActivityAsync was called outside of the workflow's turn", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("instance call-7: CallActivityAsync", Assert.Single(lines.At(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_is_cancelled_from_outside_cancels_nothing()
    {
        using var outside = new CancellationTokenSource();
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                await context.CreateTimer(TimeSpan.FromMinutes(1), outside.Token);
                return "";
            },
            Turn(), Start());
        Assert.Equal(["0 timer"], response.Steps());
        outside.Cancel();
    }

    private static HistoryEvent Recorded(string step)
    {
        var words = step.Split(' ');
        return words[0] switch
        {
            "activity" => Scheduled(0, words[1]),
            "child" => ChildCreated(0, words[1]),
            "event" => EventTimer(0, words[1]),
            "send" => Sent(0, words[1]),
            _ => TimerCreated(0),
        };
    }

    private static Task Do(WorkflowContext context, string step)
    {
        var words = step.Split(' ');
        return words[0] switch
        {
            "activity" => context.CallActivityAsync(words[1]),
            "child" => context.CallChildWorkflowAsync(words[1]),
            "event" => context.WaitForExternalEventAsync<string>(words[1], TimeSpan.FromMinutes(1)),
            "timer" => context.CreateTimer(TimeSpan.FromMinutes(1)),
            "wait" => context.WaitForExternalEventAsync<string>("never"),
            _ => Task.CompletedTask,
        };
    }
}
