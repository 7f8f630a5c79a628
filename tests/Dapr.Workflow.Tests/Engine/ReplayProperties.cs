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
            MemoryEngine engine = null!;
            var workflow = new ProgramWorkflow(program, TimeSpan.FromMinutes(1), (instance, name, payload) =>
            {
                engine.WillRaise(instance, name, JsonSerializer.Serialize(payload));
                return Task.CompletedTask;
            });
            engine = new MemoryEngine(program.Seed, workflow.Register, services.GetRequiredService<IServiceScopeFactory>())
            {
                RunEnded = instance => AssertOneCompletionEach(instance.History),
            };

            var end = engine.Run("program", JsonSerializer.Serialize(new ProgramInput(0, program.Rounds, null, false)));

            Assert.True(end.WorkflowStatus == OrchestrationStatus.Completed, $"{program}: {end}");
            Assert.Equal(program.Outcome, JsonSerializer.Deserialize<string>(end.Result));
        }).QuickCheckThrowOnFailure();

    private static void AssertOneCompletionEach(IReadOnlyList<HistoryEvent> history)
    {
        var scheduled = history.Where(happened => happened.EventTypeCase == EventCase.TaskScheduled).Select(happened => happened.EventId);
        var completed = history
            .Where(happened => happened.EventTypeCase is EventCase.TaskCompleted or EventCase.TaskFailed)
            .Select(happened => happened.TaskCompleted?.TaskScheduledId ?? happened.TaskFailed.TaskScheduledId);
        Assert.Equal(scheduled.Order(), completed.Order());
    }
}
