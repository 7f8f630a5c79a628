using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Microsoft.Extensions.Logging;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>What is the same in every replay.</summary>
public sealed class DeterminismTests
{
    [Fact]
    public void Time_is_that_of_the_turn_in_which_the_code_first_ran()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                var before = context.CurrentUtcDateTime;
                await context.CallActivityAsync("A");
                Assert.Equal(DateTimeKind.Utc, before.Kind);
                return $"{before:HH:mm} {context.CurrentUtcDateTime:HH:mm}";
            },
            [Turn(), Start(), Scheduled(0, "A")], [Turn(90), Completed(0)]);

        Assert.Equal("\"12:00 13:30\"", response.Result());
    }

    [Fact]
    public void Code_knows_whether_it_is_replayed()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                var before = context.IsReplaying;
                await context.CallActivityAsync("A");
                return $"{before} {context.IsReplaying}";
            },
            [Turn(), Start(), Scheduled(0, "A")], [Turn(1), Completed(0)]);

        Assert.Equal("\"True False\"", response.Result());
        Assert.Equal("false", Replayed.First<string, bool>((context, _) => Task.FromResult(context.IsReplaying), Turn(), Start()).Result());
    }

    [Fact]
    public void Guids_are_the_ones_that_the_official_worker_makes()
    {
        // UUIDv5 of "{instance}_{counter}" in the space of the execution id, as Python's uuid5 computes it.
        var response = Replayed.First<string, string>(
            (context, _) => Task.FromResult($"{context.NewGuid()} {context.NewGuid()}"), Turn(), Start());

        Assert.Equal("\"f089c48f-cda7-589d-848b-6c5f066e572a 907705fc-f9d3-597f-ad22-7c0e1f1e401b\"", response.Result());
    }

    [Fact]
    public void Task_execution_ids_are_the_ones_that_the_official_worker_makes()
    {
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                await Task.WhenAll(context.CallActivityAsync("A"), context.CallActivityAsync("A"));
                return "";
            },
            Turn(), Start());

        Assert.Equal(
            ["bd3ae450f6415e1b87ea491bf7bbe127", "0c586d949fbd5133a97cbcfe4ccdd71a"],
            response.Actions.Select(action => action.ScheduleTask.TaskExecutionId));
    }

    [Fact]
    public void A_replay_safe_logger_says_each_thing_once()
    {
        static async Task<string> Workflow(WorkflowContext context, string input)
        {
            var log = context.CreateReplaySafeLogger("shop");
            log.LogInformation("before");
            await context.CallActivityAsync("A");
            log.LogInformation("after");
            return "";
        }

        using var lines = new LogLines();
        Replayed.Turn<string, string>(Workflow, [], [Turn(), Start()], lines);
        Replayed.Turn<string, string>(Workflow, [Turn(), Start(), Scheduled(0, "A")], [Turn(1), Completed(0)], lines);
        Assert.Equal(["before", "after"], lines.Of("shop"));
    }

    [Fact]
    public void A_change_is_taken_by_new_code_and_reported()
    {
        var response = Replayed.First<string, bool>((context, _) => Task.FromResult(context.IsPatched("faster")), Turn(), Start());

        Assert.Equal("true", response.Result());
        Assert.Equal(["faster"], response.Version.Patches);
    }

    [Fact]
    public void A_change_is_not_taken_where_the_run_passed_before_it()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                var early = context.IsPatched("faster");
                await context.CallActivityAsync("A");
                return $"{early} {context.IsPatched("faster")} {context.IsPatched("later")}";
            },
            [Turn(), Start(), Scheduled(0, "A")], [Turn(1), Completed(0)]);

        Assert.Equal("\"False False True\"", response.Result());
        Assert.Equal(["later"], response.Version.Patches);
    }

    [Fact]
    public void A_change_that_was_taken_is_taken_in_every_replay_and_reported_again()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                var early = context.IsPatched("faster");
                await context.CallActivityAsync("A");
                return $"{early} {context.IsPatched("second")}";
            },
            [Turn(0, "faster"), Start(), Scheduled(0, "A")], [Turn(1), Completed(0)]);

        Assert.Equal("\"True True\"", response.Result());
        Assert.Equal(["faster", "second"], response.Version.Patches);
    }

    [Fact]
    public void A_run_that_breaks_a_rule_still_reports_the_recorded_changes_so_that_it_fails_and_does_not_stall()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) => await context.CallActivityAsync<string>("A"),
            [Turn(0, "faster"), Start(), Scheduled(0, "B")], [Turn(1), Completed(0)]);

        Assert.Equal("NonDeterminism", response.Failure().ErrorType);
        Assert.Equal(["faster"], response.Version.Patches);
    }

    [Fact]
    public void One_response_follows_from_one_request()
    {
        static async Task<string> Workflow(WorkflowContext context, string input)
        {
            var children = Enumerable.Range(0, 5).Select(index => context.CallChildWorkflowAsync<int>("C", context.NewGuid()));
            await Task.WhenAll(children);
            return "";
        }

        WorkflowResponse Respond() => Replayed.First<string, string>(Workflow, Turn(), Start());
        Assert.Equal(Respond(), Respond());
    }
}
