using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Work;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Work;

public sealed class InboxReaderTests
{
    private static readonly PayloadGuard Guard = new(1000);

    [Fact]
    public void What_fits_is_taken_whole()
    {
        var input = Read(0, Large(100), Large(100), Terminated());
        Assert.Equal((3, 3L), (input.Events.Count, input.LastItem));
    }

    [Fact]
    public void What_does_not_fit_together_is_taken_up_to_where_it_does_and_nothing_behind()
    {
        var input = Read(100, Large(400), Large(500), Large(1), Terminated());
        Assert.Equal((1, 1L), (input.Events.Count, input.LastItem));
        Assert.True(Guard.Fits(100 + input.Bytes));
    }

    [Theory]
    [InlineData(0, 2000)]
    [InlineData(2000, 1)]
    public void Where_not_even_the_first_fits_the_turn_gets_it_and_can_say_so(int history, int first)
    {
        var input = Read(history, Large(first), Large(1));
        Assert.Equal((1, 1L), (input.Events.Count, input.LastItem));
        Assert.False(Guard.Fits(history + input.Bytes));
    }

    [Fact]
    public void A_termination_is_found_behind_what_does_not_fit()
    {
        var input = Read(0, Large(2000), Large(1), Terminated());
        Assert.Equal(3, input.LastItem);
        Assert.NotNull(input.Events[^1].ExecutionTerminated);
    }

    private static TurnInput Read(long history, params HistoryEvent[] inbox)
    {
        var reader = new InboxReader(Guard, history);
        for (var i = 0; i < inbox.Length; i++) reader.Add(new InboxItem(i + 1, StoredEvent.Of(inbox[i])));
        return reader.ToTurnInput(0);
    }

    private static HistoryEvent Large(int size) =>
        Event(e => e.EventRaised = new EventRaisedEvent { Name = "n", Input = new string('x', size) });
}
