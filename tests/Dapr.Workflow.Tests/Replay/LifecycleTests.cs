using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Ends of a run, and what comes from outside to it.</summary>
public sealed class LifecycleTests
{
    private static async Task<string> TwoSteps(WorkflowContext context, string input)
    {
        context.SetCustomStatus("first");
        await context.CallActivityAsync("A");
        context.SetCustomStatus("second");
        return await context.CallActivityAsync<string>("B");
    }

    [Fact]
    public void An_exception_fails_the_run_under_its_full_name_with_what_caused_it()
    {
        var failure = Replayed.First<string, string>(
            (_, _) => throw new InvalidOperationException("outer", new ArgumentException("inner")), Turn(), Start()).Failure();

        Assert.Equal(("System.InvalidOperationException", "outer"), (failure.ErrorType, failure.ErrorMessage));
        Assert.Equal(("System.ArgumentException", "inner"), (failure.InnerFailure.ErrorType, failure.InnerFailure.ErrorMessage));
        Assert.Contains(nameof(LifecycleTests), failure.StackTrace);
    }

    [Fact]
    public void A_failed_task_that_fails_the_run_is_named_below_it()
    {
        var failure = Replayed.Turn<string, string>(
            TwoSteps, [Turn(), Start(), Scheduled(0, "A")], [Turn(1), Failed(0, "no money", "Shop.Broke")]).Failure();

        Assert.Equal("Dapr.Workflow.WorkflowTaskFailedException", failure.ErrorType);
        Assert.Equal(("Shop.Broke", "no money"), (failure.InnerFailure.ErrorType, failure.InnerFailure.ErrorMessage));
    }

    [Fact]
    public void An_input_that_cannot_be_read_fails_the_run() => Assert.Equal(
        "System.Text.Json.JsonException",
        Replayed.First<int, int>((_, input) => Task.FromResult(input), Turn(), Start("x")).Failure().ErrorType);

    [Fact]
    public void An_output_that_cannot_be_written_fails_the_run()
    {
        var loop = new List<object>();
        loop.Add(loop);
        Assert.Equal(
            "System.Text.Json.JsonException",
            Replayed.First<string, object>((_, _) => Task.FromResult<object>(loop), Turn(), Start()).Failure().ErrorType);
    }

    [Fact]
    public void Null_is_the_empty_text_both_ways()
    {
        var response = Replayed.First<string?, string?>((_, input) => Task.FromResult(input), Turn(), Start());
        Assert.Equal(string.Empty, response.Result());
        Assert.Equal("5", Replayed.First<int, int>((_, input) => Task.FromResult(input + 5), Turn(), Start()).Result());
    }

    [Fact]
    public void A_suspended_run_asks_for_nothing_and_keeps_its_status()
    {
        var response = Replayed.Turn<string, string>(
            TwoSteps, [Turn(), Start(), Scheduled(0, "A")], [Turn(1), Suspended(), Completed(0)]);

        Assert.Empty(response.Actions);
        Assert.Equal("\"first\"", response.CustomStatus);
    }

    [Fact]
    public void What_came_while_suspended_is_served_at_the_resumption()
    {
        HistoryEvent[] history = [Turn(), Start(), Scheduled(0, "A"), Turn(1), Suspended(), Turn(2), Completed(0)];
        Assert.Empty(Replayed.Turn<string, string>(TwoSteps, history, [Turn(3), Raised("go")]).Actions);
        var response = Replayed.Turn<string, string>(TwoSteps, history, [Turn(3), Resumed()]);
        Assert.Equal(["1 task B"], response.Steps());
        Assert.Equal("\"second\"", response.CustomStatus);
    }

    [Fact]
    public void A_run_that_was_suspended_in_its_first_turn_begins_at_the_resumption()
    {
        HistoryEvent[] first = [Turn(), Start(), Suspended()];
        Assert.Empty(Replayed.First<string, string>(TwoSteps, first).Actions);
        Assert.Equal(["0 task A"], Replayed.Turn<string, string>(TwoSteps, first, [Turn(1), Resumed()]).Steps());
    }

    [Fact]
    public void A_worker_that_went_on_while_suspended_is_replayed_as_it_went()
    {
        // The official worker holds nothing back.
        HistoryEvent[] history =
            [Turn(), Start(), Scheduled(0, "A"), Turn(1), Suspended(), Turn(2), Completed(0), Scheduled(1, "B"), Turn(3), Resumed()];
        Assert.Equal("\"x\"", Replayed.Turn<string, string>(TwoSteps, history, [Turn(4), Completed(1, "x")]).Result());
    }

    [Fact]
    public void A_termination_ends_the_run_with_its_output_and_nothing_else()
    {
        var response = Replayed.Turn<string, string>(
            TwoSteps, [Turn(), Start(), Scheduled(0, "A")], [Turn(1), Completed(0), Terminated("enough")]);

        var completion = Assert.Single(response.Actions).CompleteWorkflow;
        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (completion.WorkflowStatus, completion.Result));
    }

    [Fact]
    public void A_termination_reaches_a_suspended_run() => Assert.Equal(
        OrchestrationStatus.Terminated,
        Replayed.Turn<string, string>(
            TwoSteps, [Turn(), Start(), Scheduled(0, "A"), Turn(1), Suspended()], [Turn(2), Terminated()]).Completion().WorkflowStatus);

    [Fact]
    public void An_end_before_the_termination_stands() => Assert.Equal(
        "\"x\"",
        Replayed.Turn<string, string>(
            TwoSteps,
            [Turn(), Start(), Scheduled(0, "A"), Turn(1), Completed(0), Scheduled(1, "B")],
            [Turn(2), Completed(1, "x"), Terminated()]).Result());

    [Fact]
    public void A_termination_overrides_a_beginning_anew() => Assert.Equal(
        OrchestrationStatus.Terminated,
        Replayed.First<int, string>(Again, Turn(), Start(1), Terminated()).Completion().WorkflowStatus);

    private static Task<string> Again(WorkflowContext context, int round)
    {
        context.ContinueAsNew(round + 1);
        return Task.FromResult("unused");
    }

    [Fact]
    public void Continuing_as_new_gives_the_next_input()
    {
        var response = Replayed.First<int, string>(Again, Turn(), Start(1));

        Assert.Equal(["0 end"], response.Steps());
        Assert.Equal((OrchestrationStatus.ContinuedAsNew, "2"), (response.Completion().WorkflowStatus, response.Completion().Result));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Events_that_nobody_waited_for_go_to_the_next_run_unless_told_otherwise(bool preserve)
    {
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                await context.WaitForExternalEventAsync<int>("go");
                context.ContinueAsNew(null, preserve);
                return "";
            },
            Turn(), Start(), Raised("other", 1), Raised("go", 2), Raised("go", 3), Raised("other", 4), Fired(9));

        Assert.Equal(
            preserve ? ["other 1", "go 3", "other 4"] : [],
            response.Completion().CarryoverEvents.Select(kept => $"{kept.EventRaised.Name} {kept.EventRaised.Input}"));
    }

    [Fact]
    public void A_status_is_said_again_at_every_turn_and_can_be_taken_back()
    {
        static async Task<string> Workflow(WorkflowContext context, string input)
        {
            context.SetCustomStatus(new { Step = 1 });
            await context.CallActivityAsync("A");
            await context.CallActivityAsync("A");
            context.SetCustomStatus(null);
            return await context.CallActivityAsync<string>("A");
        }

        HistoryEvent[] history = [Turn(), Start(), Scheduled(0, "A")];
        Assert.Equal("{\"step\":1}", Replayed.Turn<string, string>(Workflow, history, [Turn(1), Completed(0)]).CustomStatus);
        Assert.Null(
            Replayed.Turn<string, string>(
                Workflow, [.. history, Turn(1), Completed(0), Scheduled(1, "A")], [Turn(2), Completed(1)]).CustomStatus);
    }

    [Fact]
    public void An_unknown_workflow_fails_by_name() => Assert.Equal(
        ("WorkflowNotFound", "Workflow 'flow' is not registered in this application."),
        Details(Replayed.Turn(_ => { }, [], [Turn(), Start()])));

    [Fact]
    public void A_workflow_that_cannot_be_made_fails_with_the_reason() => Assert.Equal(
        ("System.InvalidOperationException", "Workflow 'flow' could not be created: Unable to resolve service for type " +
            "'System.Net.Http.HttpClient' while attempting to activate 'WorkflowTests.Replay.NeedsService'."),
        Details(Replayed.Turn(options => options.RegisterWorkflow<NeedsService>("flow"), [], [Turn(), Start()])));

    [Fact]
    public void Registered_names_are_matched_without_regard_to_case_and_the_first_counts()
    {
        var response = Replayed.Turn(
            options =>
            {
                options.RegisterWorkflow<string, string>("Flow", (_, _) => Task.FromResult("first"));
                options.RegisterWorkflow<string, string>("FLOW", (_, _) => Task.FromResult("second"));
            },
            [], [Turn(), Start()]);
        Assert.Equal("\"first\"", response.Result());
    }

    [Fact]
    public void A_run_goes_on_with_the_version_that_began_it()
    {
        static void Register(WorkflowRuntimeOptions options)
        {
            options.RegisterWorkflow<string, string>("flow", (_, _) => Task.FromResult("newest"));
            options.RegisterWorkflow<string, string>("flowV1", async (context, _) => await context.CallActivityAsync<string>("A"));
        }

        HistoryEvent[] history = [NamedTurn("flowV1"), Start(), Scheduled(0, "A")];
        Assert.Equal("\"old\"", Replayed.Turn(Register, history, [Turn(1), Completed(0, "old")]).Result());
    }

    [Fact]
    public void A_version_that_this_application_does_not_have_is_said_so()
    {
        var response = Replayed.Turn(
            options => options.RegisterWorkflow<string, string>("flow", (_, _) => Task.FromResult("newest")),
            [NamedTurn("flowV1"), Start(), Scheduled(0, "A")], [Turn(1), Completed(0)]);
        Assert.NotNull(Assert.Single(response.Actions).WorkflowVersionNotAvailable);
    }

    private static (string, string) Details(WorkflowResponse response) => (response.Failure().ErrorType, response.Failure().ErrorMessage);
}
