using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Retry policies: durable timers between attempts that are steps of their own.</summary>
public sealed class RetryTests
{
    private static readonly WorkflowRetryPolicy ThreeAttempts =
        new(3, TimeSpan.FromMinutes(1), backoffCoefficient: 10, maxRetryInterval: TimeSpan.FromMinutes(5));

    private static async Task<string> Activity(WorkflowContext context, string input) =>
        await context.CallActivityAsync<string>("A", input, new WorkflowTaskOptions(ThreeAttempts));

    private static async Task<string> Child(WorkflowContext context, string input) =>
        await context.CallChildWorkflowAsync<string>("C", input, new ChildWorkflowTaskOptions(RetryPolicy: ThreeAttempts));

    [Fact]
    public void A_failure_is_followed_by_a_timer_with_the_id_of_the_first_attempt_and_then_by_another_attempt()
    {
        var first = Replayed.First<string, string>(Activity, Turn(), Start());
        HistoryEvent[] history = [Turn(), Start(), Scheduled(0, "A")];
        var wait = Replayed.Turn<string, string>(Activity, history, [Turn(1), Failed(0, "x")]);
        Assert.Equal(["1 timer"], wait.Steps());
        Assert.Equal(Noon.AddMinutes(2), wait.Actions[0].CreateTimer.FireAt.ToDateTime());
        Assert.Equal(first.Actions[0].ScheduleTask.TaskExecutionId, wait.Actions[0].CreateTimer.ActivityRetry.TaskExecutionId);

        history = [.. history, Turn(1), Failed(0, "x"), RetryTimer(1)];
        var second = Replayed.Turn<string, string>(Activity, history, [Turn(2), Fired(1)]);
        Assert.Equal(["2 task A"], second.Steps());
        Assert.NotEqual(first.Actions[0].ScheduleTask.TaskExecutionId, second.Actions[0].ScheduleTask.TaskExecutionId);
    }

    [Fact]
    public void The_wait_grows_by_the_coefficient_up_to_the_longest()
    {
        var wait = Replayed.Turn<string, string>(
            Activity,
            [Turn(), Start(), Scheduled(0, "A"), Turn(1), Failed(0, "x"), RetryTimer(1), Turn(2), Fired(1), Scheduled(2, "A")],
            [Turn(3), Failed(2, "y")]);

        Assert.Equal(Noon.AddMinutes(3 + 5), wait.Actions[0].CreateTimer.FireAt.ToDateTime());
    }

    [Fact]
    public void The_last_failure_reaches_the_workflow()
    {
        var end = Replayed.Turn<string, string>(
            Activity,
            [
                Turn(), Start(), Scheduled(0, "A"), Turn(1), Failed(0, "x"), RetryTimer(1), Turn(2), Fired(1), Scheduled(2, "A"),
                Turn(3), Failed(2, "y"), RetryTimer(3), Turn(8), Fired(3), Scheduled(4, "A"),
            ],
            [Turn(9), Failed(4, "z")]);

        Assert.Equal("Task failed: z", end.Failure().ErrorMessage);
    }

    [Fact]
    public void No_attempt_begins_after_the_retry_timeout()
    {
        var policy = new WorkflowRetryPolicy(9, TimeSpan.FromMinutes(1), retryTimeout: TimeSpan.FromMinutes(30));
        var end = Replayed.Turn<string, string>(
            async (context, _) => await context.CallActivityAsync<string>("A", options: new WorkflowTaskOptions(policy)),
            [Turn(), Start(), Scheduled(0, "A")],
            [Turn(30), Failed(0, "late")]);

        Assert.Equal("Task failed: late", end.Failure().ErrorMessage);
    }

    [Fact]
    public void A_child_is_called_again_too_under_another_id()
    {
        var first = Replayed.First<string, string>(Child, Turn(), Start());
        HistoryEvent[] history = [Turn(), Start(), ChildCreated(0, "C"), Turn(1), ChildFailed(0, "x"), ChildRetryTimer(1)];
        var wait = Replayed.Turn<string, string>(Child, history[..3], [Turn(1), ChildFailed(0, "x")]);
        Assert.NotEmpty(wait.Actions[0].CreateTimer.ChildWorkflowRetry.InstanceId);

        var second = Replayed.Turn<string, string>(Child, history, [Turn(2), Fired(1)]);
        Assert.Equal(["2 child C"], second.Steps());
        Assert.NotEqual(first.Actions[0].CreateChildWorkflow.InstanceId, second.Actions[0].CreateChildWorkflow.InstanceId);
    }

    [Fact]
    public void An_exception_of_the_workflow_itself_is_not_retried()
    {
        var response = Replayed.Turn<string, int>(
            async (context, _) => await context.CallActivityAsync<int>("A", options: new WorkflowTaskOptions(ThreeAttempts)),
            [Turn(), Start(), Scheduled(0, "A")],
            [Turn(1), Completed(0, "no number")]);

        Assert.Equal("System.Text.Json.JsonException", response.Failure().ErrorType);
    }

    [Theory]
    [InlineData(0, 1.0, 1.0, null, null)]
    [InlineData(1, 0.0, 1.0, null, null)]
    [InlineData(1, 1.0, 0.9, null, null)]
    [InlineData(1, 7200.0, 1.0, null, null)]
    [InlineData(1, 10.0, 1.0, 5.0, null)]
    [InlineData(1, 10.0, 1.0, null, 5.0)]
    public void A_policy_that_makes_no_sense_is_refused(int attempts, double first, double coefficient, double? longest, double? timeout) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkflowRetryPolicy(
            attempts, TimeSpan.FromSeconds(first), coefficient,
            longest is { } l ? TimeSpan.FromSeconds(l) : null, timeout is { } t ? TimeSpan.FromSeconds(t) : null));
}
