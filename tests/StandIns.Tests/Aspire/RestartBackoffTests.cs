using Aspire.Hosting.Execution;

namespace StandIns.Tests.Aspire;

public sealed class RestartBackoffTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public void Pauses_double_up_to_five_seconds_and_then_it_gives_up()
    {
        var backoff = new RestartBackoff(_time);
        var pauses = new List<TimeSpan?>();
        for (var attempt = 0; attempt < 9; attempt++)
        {
            backoff.Started();
            pauses.Add(backoff.Next());
        }

        Assert.Equal([200, 400, 800, 1600, 3200, 5000, 5000, 5000, null], pauses.Select(pause => (int?)pause?.TotalMilliseconds));
    }

    [Fact]
    public void A_process_that_ran_for_a_while_starts_from_the_shortest_pause()
    {
        var backoff = new RestartBackoff(_time);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            backoff.Started();
            backoff.Next();
        }

        backoff.Started();
        _time.Step(TimeSpan.FromSeconds(11));

        Assert.Equal(TimeSpan.FromMilliseconds(200), backoff.Next());
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(TimeSpan time) => _ticks += time.Ticks;
    }
}
