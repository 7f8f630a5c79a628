using System.Text.Json;
using Dapr.DurableTask.Protobuf;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using EventCase = Dapr.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace WorkflowTests.Engine;

/// <summary>What holds for every workflow, however its turns fall and whatever is lost on the way.</summary>
public sealed class ReplayProperties
{
    [Fact]
    public void A_program_ends_in_the_same_result_and_each_activity_has_one_completion_in_its_history() =>
        Prop.ForAll(RandomProgram.Arbitrary, program =>
        {
            using var services = new ServiceCollection().BuildServiceProvider();
            var workflow = new ProgramWorkflow(program);
            var engine = new MemoryEngine(
                program.Seed, workflow.Register, services.GetRequiredService<IServiceScopeFactory>(),
                (engine, instance, start) => RaiseWhatItWaitsFor(program, engine, instance, start))
            {
                RunEnded = instance => AssertOneCompletionEach(instance.History),
            };

            var end = engine.Run("program", JsonSerializer.Serialize(new ProgramInput(0, program.Rounds, null, false)));

            Assert.True(end.WorkflowStatus == OrchestrationStatus.Completed, $"{program}: {end}");
            Assert.Equal(program.Outcome, JsonSerializer.Deserialize<string>(end.Result));
        }).QuickCheckThrowOnFailure();

    private static void RaiseWhatItWaitsFor(RandomProgram program, MemoryEngine engine, Instance instance, HistoryEvent start)
    {
        var input = JsonSerializer.Deserialize<ProgramInput>(start.ExecutionStarted.Input, JsonSerializerOptions.Web)!;
        foreach (var wait in program.Root.All.Single(node => node.Id == input.Node).Events)
        {
            for (var round = 0; round < input.Rounds; round++)
                engine.WillRaise(instance, wait, JsonSerializer.Serialize("e" + wait["event".Length..]));
        }
    }

    private static void AssertOneCompletionEach(IReadOnlyList<HistoryEvent> history)
    {
        var scheduled = history.Where(happened => happened.EventTypeCase == EventCase.TaskScheduled).Select(happened => happened.EventId);
        var completed = history
            .Where(happened => happened.EventTypeCase is EventCase.TaskCompleted or EventCase.TaskFailed)
            .Select(happened => (happened.TaskCompleted?.TaskScheduledId ?? happened.TaskFailed.TaskScheduledId));
        Assert.Equal(scheduled.Order(), completed.Order());
    }
}
