using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Activities, timers, children: what a turn asks for, and what a replay answers.</summary>
public sealed class StepTests
{
    [Fact]
    public void Steps_are_numbered_from_0_in_the_order_the_code_takes_them()
    {
        var response = Replayed.First<string, int>(
            async (context, _) =>
            {
                var first = context.CallActivityAsync<int>("A");
                var timer = context.CreateTimer(TimeSpan.FromMinutes(1));
                var child = context.CallChildWorkflowAsync<int>("C");
                await Task.WhenAll(first, timer, child);
                return 1;
            },
            Turn(), Start());

        Assert.Equal(["0 task A", "1 timer", "2 child C"], response.Steps());
    }

    [Fact]
    public void A_recorded_result_is_given_and_not_asked_for_again()
    {
        var response = Replayed.Turn<int, int>(
            async (context, input) => await context.CallActivityAsync<int>("B", await context.CallActivityAsync<int>("A", input)),
            [Turn(), Start(20), Scheduled(0, "A")],
            [Turn(1), Completed(0, 21)]);

        Assert.Equal(["1 task B"], response.Steps());
        Assert.Equal("21", response.Actions[0].ScheduleTask.Input);
    }

    [Fact]
    public void A_completion_takes_the_next_step_id()
    {
        var response = Replayed.Turn<int, int>(
            async (context, input) => input + await context.CallActivityAsync<int>("A"),
            [Turn(), Start(1), Scheduled(0, "A")],
            [Turn(1), Completed(0, 2)]);

        Assert.Equal(["1 end"], response.Steps());
        Assert.Equal("3", response.Result());
    }

    [Fact]
    public void Fan_out_and_fan_in_take_results_in_any_order_and_over_several_turns()
    {
        static async Task<string> Workflow(WorkflowContext context, int count)
        {
            var tasks = Enumerable.Range(0, count).Select(index => context.CallActivityAsync<string>("A", index));
            return string.Concat(await Task.WhenAll(tasks));
        }

        HistoryEvent[] history =
            [Turn(), Start(3), Scheduled(0, "A"), Scheduled(1, "A"), Scheduled(2, "A"), Turn(1), Completed(2, "c")];
        Assert.Empty(Replayed.Turn<int, string>(Workflow, history, [Turn(2), Completed(0, "a")]).Actions);
        Assert.Equal(
            "\"abc\"",
            Replayed.Turn<int, string>(Workflow, [.. history, Turn(2), Completed(0, "a")], [Turn(3), Completed(1, "b")]).Result());
    }

    [Fact]
    public void A_failed_activity_throws_with_what_was_recorded_about_it()
    {
        WorkflowTaskFailedException? caught = null;
        Replayed.Turn<string, string>(
            async (context, _) =>
            {
                caught = await Assert.ThrowsAsync<WorkflowTaskFailedException>(() => context.CallActivityAsync("A"));
                return "";
            },
            [Turn(), Start(), Scheduled(0, "A")],
            [Turn(1), Failed(0, "no money")]);

        Assert.Equal("Task failed: no money", caught!.Message);
        Assert.Equal("no money", caught.FailureDetails.ErrorMessage);
        Assert.True(caught.FailureDetails.IsCausedBy<InvalidOperationException>());
        Assert.True(caught.FailureDetails.IsCausedBy<SystemException>());
        Assert.False(caught.FailureDetails.IsCausedBy<ArgumentException>());
    }

    [Fact]
    public void A_failed_child_throws()
    {
        WorkflowTaskFailedException? caught = null;
        Replayed.Turn<string, string>(
            async (context, _) =>
            {
                caught = await Assert.ThrowsAsync<WorkflowTaskFailedException>(() => context.CallChildWorkflowAsync("C"));
                return "";
            },
            [Turn(), Start(), ChildCreated(0, "C")],
            [Turn(1), ChildFailed(0, "too bad")]);

        Assert.Equal("Child workflow 'C' failed", caught!.Message);
        Assert.Equal("too bad", caught.FailureDetails.ErrorMessage);
    }

    [Fact]
    public void A_child_goes_by_the_id_it_is_given_or_else_by_one_that_every_replay_makes_again()
    {
        static async Task<string> Workflow(WorkflowContext context, string input)
        {
            await Task.WhenAll(
                context.CallChildWorkflowAsync("C", options: new ChildWorkflowTaskOptions("mine")),
                context.CallChildWorkflowAsync("C"),
                context.CallChildWorkflowAsync("C"));
            return "";
        }

        string[] Ids() =>
        [
            .. Replayed.First<string, string>(Workflow, Turn(), Start()).Actions.Select(action => action.CreateChildWorkflow.InstanceId),
        ];
        var ids = Ids();
        Assert.Equal("mine", ids[0]);
        Assert.NotEqual(ids[1], ids[2]);
        Assert.Equal(ids, Ids());
    }

    [Fact]
    public void Task_options_reach_the_sidecar()
    {
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                await context.CallActivityAsync(
                    "A",
                    options: new WorkflowTaskOptions(TargetAppId: "other")
                        .WithHistoryPropagation(Dapr.Workflow.HistoryPropagationScope.Lineage));
                return "";
            },
            Turn(), Start());

        Assert.Equal("other", response.Actions[0].Router.TargetAppID);
        Assert.Equal(Dapr.DurableTask.Protobuf.HistoryPropagationScope.Lineage, response.Actions[0].ScheduleTask.HistoryPropagationScope);
    }

    [Fact]
    public void A_timer_is_set_from_the_time_of_the_turn()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                await context.CallActivityAsync("A");
                await context.CreateTimer(TimeSpan.FromMinutes(10));
                return "";
            },
            [Turn(), Start(), Scheduled(0, "A")],
            [Turn(5), Completed(0)]);

        Assert.Equal(Noon.AddMinutes(15), response.Actions[0].CreateTimer.FireAt.ToDateTime());
        Assert.NotNull(response.Actions[0].CreateTimer.CreateTimer);
    }

    [Fact]
    public void A_timer_that_the_workflow_cancelled_stays_recorded_and_may_fire_unheard()
    {
        static async Task<string> Workflow(WorkflowContext context, string input)
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromMinutes(1), cancel.Token);
            await context.CallActivityAsync("A");
            cancel.Cancel();
            await Assert.ThrowsAsync<TaskCanceledException>(() => timer);
            return await context.CallActivityAsync<string>("B");
        }

        Assert.Equal(["0 timer", "1 task A"], Replayed.First<string, string>(Workflow, Turn(), Start()).Steps());
        HistoryEvent[] history = [Turn(), Start(), TimerCreated(0), Scheduled(1, "A"), Turn(1), Completed(1)];
        Assert.Equal(["2 task B"], Replayed.Turn<string, string>(Workflow, history, [Turn(2), Fired(0)]).Steps());
    }

    [Fact]
    public void A_result_that_comes_twice_counts_once()
    {
        var response = Replayed.Turn<string, int>(
            async (context, _) => await context.CallActivityAsync<int>("A") + await context.CallActivityAsync<int>("A"),
            [Turn(), Start(), Scheduled(0, "A")],
            [Turn(1), Completed(0, 1), Completed(0, 5)]);

        Assert.Equal(["1 task A"], response.Steps());
    }

    [Fact]
    public void Actions_that_nobody_awaits_go_along_with_the_completion()
    {
        var response = Replayed.First<string, string>(
            (context, input) =>
            {
                _ = context.CallActivityAsync("A");
                return Task.FromResult("done");
            },
            Turn(), Start());

        Assert.Equal(["0 task A", "1 end"], response.Steps());
    }

    [Fact]
    public void Code_that_leaves_its_context_with_ConfigureAwait_runs_on_in_the_turn()
    {
        static async Task<int> Library(WorkflowContext context) => await context.CallActivityAsync<int>("A").ConfigureAwait(false) + 1;
        static async Task<int> Plain(WorkflowContext context) => await context.CallActivityAsync<int>("A") + 1;

        var response = Replayed.Turn<string, int>(
            async (context, _) => await Library(context) + await Plain(context).ConfigureAwait(false),
            [Turn(), Start(), Scheduled(0, "A"), Turn(1), Completed(0, 1), Scheduled(1, "A")],
            [Turn(2), Completed(1, 1)]);

        Assert.Equal("4", response.Result());
    }
}
