using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Google.Protobuf.WellKnownTypes;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Events from outside.</summary>
public sealed class ExternalEventTests
{
    private static readonly Timestamp s_never = new() { Seconds = 253402300799, Nanos = 999999999 };

    [Fact]
    public void A_wait_records_nothing()
    {
        var response = Replayed.First<string, string>(
            async (context, _) => await context.WaitForExternalEventAsync<string>("go"), Turn(), Start());

        Assert.Empty(response.Actions);
    }

    [Fact]
    public void Names_are_matched_without_regard_to_case_and_waits_are_served_in_their_order()
    {
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                var (first, second) = (context.WaitForExternalEventAsync<int>("Go"), context.WaitForExternalEventAsync<int>("go"));
                return $"{await first} {await second}";
            },
            Turn(), Start(), Raised("GO", 1), Raised("gO", 2));

        Assert.Equal("\"1 2\"", response.Result());
    }

    [Fact]
    public void An_event_that_comes_before_the_wait_is_kept_for_it()
    {
        var response = Replayed.Turn<string, string>(
            async (context, _) =>
            {
                await context.CallActivityAsync("A");
                return $"{await context.WaitForExternalEventAsync<int>("go")} {await context.WaitForExternalEventAsync<int>("go")}";
            },
            [Turn(), Start(), Scheduled(0, "A"), Turn(1), Raised("go", 1), Turn(2), Raised("go", 2)],
            [Turn(3), Completed(0)]);

        Assert.Equal("\"1 2\"", response.Result());
    }

    [Fact]
    public void An_event_without_a_payload_reads_as_the_default()
    {
        var response = Replayed.First<string, string>(
            async (context, _) => await context.WaitForExternalEventAsync<string?>("go") ?? "nothing", Turn(), Start(), Raised("go"));

        Assert.Equal("\"nothing\"", response.Result());
    }

    [Fact]
    public void A_wait_that_was_cancelled_takes_no_event()
    {
        var response = Replayed.First<string, string>(
            async (context, _) =>
            {
                using var cancel = new CancellationTokenSource();
                var wait = context.WaitForExternalEventAsync<int>("go", cancel.Token);
                cancel.Cancel();
                await Assert.ThrowsAsync<TaskCanceledException>(() => wait);
                return $"{await context.WaitForExternalEventAsync<int>("go")}";
            },
            Turn(), Start(), Raised("go", 1));

        Assert.Equal("\"1\"", response.Result());
    }

    private static async Task<string> Limited(WorkflowContext context, double minutes)
    {
        try
        {
            return await context.WaitForExternalEventAsync<string>("go", TimeSpan.FromMinutes(minutes));
        }
        catch (TaskCanceledException)
        {
            return "too late";
        }
    }

    [Fact]
    public void A_limited_wait_sets_a_timer_that_says_what_for()
    {
        var response = Replayed.First<double, string>(Limited, Turn(3), Start(10));

        Assert.Equal(["0 timer"], response.Steps());
        Assert.Equal("go", response.Actions[0].CreateTimer.ExternalEvent.Name);
        Assert.Equal(Noon.AddMinutes(13), response.Actions[0].CreateTimer.FireAt.ToDateTime());
    }

    [Fact]
    public void The_event_in_time_wins()
    {
        var response = Replayed.Turn<double, string>(
            Limited, [Turn(), Start(10), EventTimer(0, "go")], [Turn(1), Raised("go", "here"), Fired(0)]);

        Assert.Equal("\"here\"", response.Result());
    }

    [Fact]
    public void The_timer_first_cancels_the_wait_and_leaves_the_event_to_others()
    {
        var response = Replayed.Turn<double, string>(
            async (context, minutes) => await Limited(context, minutes) + " " + await context.WaitForExternalEventAsync<string>("go"),
            [Turn(), Start(10), EventTimer(0, "go")],
            [Turn(10), Fired(0), Raised("go", "here")]);

        Assert.Equal("\"too late here\"", response.Result());
    }

    [Fact]
    public void No_time_is_a_timeout_without_a_timer()
    {
        var response = Replayed.First<double, string>(Limited, Turn(), Start(0));

        Assert.Equal(["0 end"], response.Steps());
        Assert.Equal("\"too late\"", response.Result());
    }

    [Fact]
    public void A_negative_time_is_no_limit_and_sets_the_timer_that_never_fires()
    {
        var response = Replayed.First<double, string>(Limited, Turn(), Start(-1));
        Assert.Equal(s_never, response.Actions[0].CreateTimer.FireAt);

        response = Replayed.Turn<double, string>(
            Limited, [Turn(), Start(-1), EventTimer(0, "go", s_never)], [Turn(1), Raised("go", "here")]);
        Assert.Equal("\"here\"", response.Result());
    }

    [Fact]
    public void A_history_of_before_the_timer_that_never_fires_is_replayed_without_it()
    {
        static async Task<string> Workflow(WorkflowContext context, double minutes)
        {
            var wait = Limited(context, minutes);
            var results = await Task.WhenAll(context.CallActivityAsync<string>("A"), context.CallActivityAsync<string>("B"));
            return $"{results[0]}{results[1]}{await wait}{await context.CallActivityAsync<string>("C")}";
        }

        HistoryEvent[] history =
        [
            Turn(), Start(-1), Scheduled(0, "A"), Scheduled(1, "B"), Turn(1), Completed(1, "b"), Turn(2), Completed(0, "a"),
        ];
        Assert.Equal(["2 task C"], Replayed.Turn<double, string>(Workflow, history, [Turn(3), Raised("go", "e")]).Steps());
        Assert.Equal(
            "\"abec\"",
            Replayed.Turn<double, string>(
                Workflow, [.. history, Turn(3), Raised("go", "e"), Scheduled(2, "C")], [Turn(4), Completed(2, "c")]).Result());
    }

    [Fact]
    public void An_event_to_another_instance_is_a_step()
    {
        static async Task<string> Workflow(WorkflowContext context, string input)
        {
            context.SendEvent("other", "go", 7);
            return await context.CallActivityAsync<string>("A");
        }

        var response = Replayed.First<string, string>(Workflow, Turn(), Start());
        Assert.Equal(["0 send go", "1 task A"], response.Steps());
        Assert.Equal(("other", "7"), (response.Actions[0].SendEvent.Instance.InstanceId, response.Actions[0].SendEvent.Data));
        Assert.Equal(
            ["2 end"],
            Replayed.Turn<string, string>(
                Workflow, [Turn(), Start(), Sent(0, "go"), Scheduled(1, "A")], [Turn(1), Completed(1, "x")]).Steps());
    }
}
