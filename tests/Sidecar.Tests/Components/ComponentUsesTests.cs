using McpMesh.Sidecar.Components;

namespace McpMesh.Sidecar.Tests.Components;

public sealed class ComponentUsesTests
{
    [Fact]
    public void Those_who_entered_before_are_waited_for_and_those_who_come_later_are_not()
    {
        var uses = new ComponentUses();
        var early = uses.Enter();
        var end = uses.WhenEarlierUsesEndAsync();
        var late = uses.Enter();
        Assert.False(end.IsCompleted);
        early.Dispose();
        Assert.True(end.IsCompletedSuccessfully);
        late.Dispose();
    }

    [Fact]
    public void With_nobody_inside_there_is_nothing_to_wait_for() =>
        Assert.True(new ComponentUses().WhenEarlierUsesEndAsync().IsCompletedSuccessfully);

    [Fact]
    public async Task Many_at_once_lose_no_count()
    {
        var uses = new ComponentUses();
        var open = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                using (uses.Enter())
                {
                    Interlocked.Increment(ref open);
                    if (i % 50 == 0) await Task.Yield();
                    Interlocked.Decrement(ref open);
                }

                if (i % 500 == 0) await uses.WhenEarlierUsesEndAsync();
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, open);
        Assert.True(uses.WhenEarlierUsesEndAsync().IsCompletedSuccessfully);
    }
}
