using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Fan-out with a bound.</summary>
public sealed class ParallelTests
{
    private static async Task<string> Workflow(WorkflowContext context, int count) => string.Concat(await context.ProcessInParallelAsync(
        Enumerable.Range(0, count), index => context.CallActivityAsync<string>("A", index), maxConcurrency: 2));

    [Fact]
    public void So_many_run_at_once_and_the_next_begins_when_one_ends()
    {
        HistoryEvent[] history = [Turn(), Start(4)];
        Assert.Equal(["0 task A", "1 task A"], Replayed.Turn<int, string>(Workflow, [], history).Steps());
        history = [.. history, Scheduled(0, "A"), Scheduled(1, "A")];
        Assert.Equal(["2 task A"], Replayed.Turn<int, string>(Workflow, history, [Turn(1), Completed(1, "b")]).Steps());
    }

    [Fact]
    public void Results_stand_in_the_order_of_the_inputs() => Assert.Equal(
        "\"abcd\"",
        Replayed.Turn<int, string>(
            Workflow,
            [
                Turn(), Start(4), Scheduled(0, "A"), Scheduled(1, "A"), Turn(1), Completed(1, "b"), Scheduled(2, "A"),
                Turn(2), Completed(2, "c"), Scheduled(3, "A"),
            ],
            [Turn(3), Completed(3, "d"), Completed(0, "a")]).Result());

    [Fact]
    public void All_run_to_their_end_before_a_failure_is_told()
    {
        HistoryEvent[] history = [Turn(), Start(3), Scheduled(0, "A"), Scheduled(1, "A"), Turn(1), Failed(0, "x"), Scheduled(2, "A")];
        Assert.Empty(Replayed.Turn<int, string>(Workflow, history, [Turn(2), Completed(1, "b")]).Actions);
        var failure = Replayed.Turn<int, string>(Workflow, [.. history, Turn(2), Completed(1, "b")], [Turn(3), Failed(2, "y")]).Failure();

        Assert.Equal("System.AggregateException", failure.ErrorType);
        Assert.StartsWith("2 out of 3 tasks failed", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_do_is_done() => Assert.Equal("\"\"", Replayed.First<int, string>(Workflow, Turn(), Start(0)).Result());

    [Fact]
    public void No_concurrency_is_refused() => Assert.Equal(
        "System.ArgumentOutOfRangeException",
        Replayed.First<int, string>(
            async (context, _) => string.Concat(await context.ProcessInParallelAsync([1], Task.FromResult, maxConcurrency: 0)),
            Turn(), Start(0)).Failure().ErrorType);
}
