using System.Diagnostics;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Xunit.Abstractions;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Replay;

/// <summary>Long histories.</summary>
public sealed class LargeHistoryTests(ITestOutputHelper output)
{
    private static async Task<int> Sequence(WorkflowContext context, int steps)
    {
        var sum = 0;
        for (var i = 0; i < steps; i++) sum += await context.CallActivityAsync<int>("A", i);
        return sum;
    }

    private static async Task<int> FanOut(WorkflowContext context, int steps) =>
        (await Task.WhenAll(Enumerable.Range(0, steps).Select(i => context.CallActivityAsync<int>("A", i)))).Sum();

    private static HistoryEvent[] Steps(int count, bool fanOut) =>
    [
        Turn(), Start(count),
        .. fanOut
            ? Enumerable.Range(0, count).Select(i => Scheduled(i, "A")).Concat(Enumerable.Range(0, count - 1).Select(i => Completed(i, 1)))
            : Enumerable.Range(0, count).SelectMany(i => new[] { Scheduled(i, "A"), Turn(i), Completed(i, 1) }).SkipLast(2),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_turn_costs_in_proportion_to_its_history(bool fanOut)
    {
        Func<WorkflowContext, int, Task<int>> workflow = fanOut ? FanOut : Sequence;
        var small = Cost(workflow, 1_000, fanOut);
        var large = Cost(workflow, 20_000, fanOut);

        Assert.InRange(large / small, 10, 30);
    }

    private double Cost(Func<WorkflowContext, int, Task<int>> workflow, int steps, bool fanOut)
    {
        var history = Steps(steps, fanOut);
        HistoryEvent[] last = [Turn(), Completed(steps - 1, 1)];
        Assert.Equal($"{steps}", Replayed.Turn(workflow, history, last).Result());
        var (bytes, time) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        Replayed.Turn(workflow, history, last);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        output.WriteLine($"{steps} steps: {bytes / steps} bytes a step, {Stopwatch.GetElapsedTime(time).TotalMilliseconds:F0} ms");
        return bytes;
    }
}
