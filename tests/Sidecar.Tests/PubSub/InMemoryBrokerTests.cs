using System.Text;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.PubSub;

public sealed class InMemoryBrokerTests
{
    private readonly ManualClock _clock = new();
    private readonly InMemoryBroker _broker;

    public InMemoryBrokerTests() => _broker = new InMemoryBroker(new BrokerOptions { ParallelDeliveries = 1 }, _clock);

    [Theory]
    [InlineData("orders", "orders", true)]
    [InlineData("orders", "orders2", false)]
    [InlineData("orders.*", "orders.eu", true)]
    [InlineData("orders.*", "orders.", false)]
    [InlineData("*", "orders", true)]
    public async Task A_subscription_takes_its_topic_and_what_its_wildcard_covers(string subscribed, string published, bool taken)
    {
        await _broker.SubscribeAsync("c", subscribed);
        await _broker.PublishAsync([Message(published)]);
        Assert.Equal(taken ? 1 : 0, (await _broker.ClaimAsync("c", subscribed, 10)).Count);
    }

    [Fact]
    public async Task Every_subscription_has_its_own_copy_and_nobody_gets_what_was_published_before_he_came()
    {
        await _broker.SubscribeAsync("a", "t");
        await _broker.PublishAsync([Message("t", "early")]);
        await _broker.SubscribeAsync("b", "t");
        await _broker.PublishAsync([Message("t", "late")]);
        Assert.Equal(["early", "late"], TextsOf(await _broker.ClaimAsync("a", "t", 10)));
        Assert.Equal(["late"], TextsOf(await _broker.ClaimAsync("b", "t", 10)));
    }

    [Fact]
    public async Task A_message_that_failed_comes_again_at_once_and_before_all_that_came_later()
    {
        await _broker.SubscribeAsync("a", "t");
        await _broker.PublishAsync([Message("t", "1"), Message("t", "2")]);
        var first = (await _broker.ClaimAsync("a", "t", 1)).Single();
        Assert.Equal(1, first.Attempt);
        await _broker.SettleAsync("a", "t", [new Settlement(first.Id, _broker.RetryDelay(first.Attempt))]);
        var again = (await _broker.ClaimAsync("a", "t", 1)).Single();
        Assert.Equal((first.Id, 2), (again.Id, again.Attempt));
        await _broker.SettleAsync("a", "t", [new Settlement(again.Id, null)]);
        Assert.Equal(["2"], TextsOf(await _broker.ClaimAsync("a", "t", 10)));
    }

    [Fact]
    public async Task One_that_keeps_failing_comes_after_a_growing_pause_and_wakes_its_consumer()
    {
        Assert.Equal(TimeSpan.Zero, _broker.RetryDelay(1));
        Assert.True(_broker.RetryDelay(2) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(5), _broker.RetryDelay(1000));
        await _broker.SubscribeAsync("a", "t");
        await _broker.PublishAsync([Message("t")]);
        var message = (await _broker.ClaimAsync("a", "t", 1)).Single();
        await _broker.SettleAsync("a", "t", [new Settlement(message.Id, TimeSpan.FromSeconds(3))]);
        var work = _broker.WaitForWorkAsync("a", "t", _broker.NextChange(), CancellationToken.None);
        Assert.Empty(await _broker.ClaimAsync("a", "t", 1));
        Assert.False(work.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await work.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Single(await _broker.ClaimAsync("a", "t", 1));
    }

    [Fact]
    public async Task Memory_is_bounded_and_a_refused_publication_leaves_nothing_behind()
    {
        await _broker.SubscribeAsync("a", "t");
        var block = new BrokerMessage("t", new byte[16 << 20], "x/y", true, null);
        for (var i = 0; i < 3; i++) await _broker.PublishAsync([block]);
        var error = await Assert.ThrowsAsync<BrokerFullException>(() => _broker.PublishAsync([Message("t"), block]));
        Assert.Equal("pubsub.in-memory holds at most 67108864 bytes of undelivered messages", error.Message);
        var claimed = await _broker.ClaimAsync("a", "t", 10);
        Assert.Equal(3, claimed.Count);
        await _broker.SettleAsync("a", "t", [new Settlement(claimed[0].Id, null)]);
        await _broker.PublishAsync([block]);
        _broker.Leave("a", "t");
        await _broker.PublishAsync([.. Enumerable.Repeat(block, 10)]); // nobody is subscribed
    }

    [Fact]
    public async Task A_dead_letter_takes_the_place_of_its_message()
    {
        await _broker.SubscribeAsync("a", "t");
        await _broker.SubscribeAsync("b", "dead");
        await _broker.PublishAsync([Message("t", "x")]);
        var message = (await _broker.ClaimAsync("a", "t", 1)).Single();
        await _broker.SettleAsync("a", "t", [new Settlement(message.Id, null, message.Message with { Topic = "dead" })]);
        Assert.Equal(["x"], TextsOf(await _broker.ClaimAsync("b", "dead", 10)));
        Assert.Empty(await _broker.ClaimAsync("a", "t", 10));
    }

    private static BrokerMessage Message(string topic, string text = "") =>
        new(topic, Encoding.UTF8.GetBytes(text), "text/plain", true, null);

    private static IEnumerable<string> TextsOf(IEnumerable<LeasedMessage> messages) =>
        messages.Select(message => Encoding.UTF8.GetString(message.Message.Payload));
}
