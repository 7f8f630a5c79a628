using Dapr.DurableTask.Protobuf;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Sidecar.Workflows.Turns;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

public sealed class ResolutionProperties
{
    private static readonly Gen<HistoryEvent> Arrivals = Gen.OneOf(
        Gen.Choose(0, 5).Select(id => TaskDone(id)), Gen.Choose(0, 5).Select(TaskLost), Gen.Choose(0, 5).Select(Fired),
        Gen.Choose(0, 5).Select(ChildDone), Gen.Constant(0).Select(_ => Raised("e")));

    [Fact]
    public void Whatever_arrives_however_often_a_history_holds_each_resolution_once_and_none_of_what_was_not_created() =>
        Prop.ForAll(Arrivals.Select(e => e.Clone()).ListOf().ListOf().ToArbitrary(), turns =>
        {
            var scene = Started(Task(0), Task(1), Timer(2), Child(3));
            foreach (var inbox in turns)
            {
                var turn = scene.Begin([.. inbox]);
                if (turn.HasWork) scene.Commit(turn.Apply(Answer(), Context));
            }

            var resolutions = scene.History.Select(ResolutionKey.Of).OfType<ResolutionKey>().ToList();
            var raised = turns.Sum(inbox => inbox.Count(e => e.EventRaised is not null));
            return resolutions.Distinct().Count() == resolutions.Count && resolutions.TrueForAll(scene.Past.IsCreated)
                && scene.History.Count(e => e.EventRaised is not null) == raised;
        }).QuickCheckThrowOnFailure();
}
