using System.Text;
using McpMesh.Sidecar.PubSub;

namespace McpMesh.Sidecar.Tests.PubSub;

public sealed class SubscriptionListTests
{
    [Fact]
    public void Names_of_fields_match_in_any_case_and_routes_need_no_slash()
    {
        var (subscriptions, refused) = Read("""
            [{"pubsubName":"p","Topic":"t","route":"orders","deadLetterTopic":"d","metadata":{"rawPayload":"true"}},
             {"pubsubname":"p","topic":"u","route":"/ignored","routes":{"rules":[{"match":"event.n > 1","path":"big"}],"default":"rest"},
              "bulkSubscribe":{"enabled":true}}]
            """);
        Assert.Empty(refused);
        Assert.Equal(["/orders"], subscriptions[0].Rules.Select(rule => rule.Path));
        Assert.True(subscriptions[0].IsRaw);
        Assert.Equal(["/big", "/rest"], subscriptions[1].Rules.Select(rule => rule.Path));
        Assert.Equal(100, subscriptions[1].Bulk!.MostMessages);
    }

    [Theory]
    [InlineData("""{"pubsubname":"p"}""", "an entry without pubsubname or topic")]
    [InlineData("""{"pubsubname":"p","topic":"t"}""", "topic t has no route")]
    [InlineData("""{"pubsubname":"p","topic":"t","routes":{"rules":[{"match":"true"}]}}""", "topic t: a rule has no path")]
    [InlineData("""{"pubsubname":"p","topic":"t","routes":{"rules":[{"match":"event.n + 1 == 2","path":"x"}]}}""",
        "topic t: match 'event.n + 1 == 2': column 9: '+': arithmetic is not served")]
    [InlineData("""{"pubsubname":"p","topic":"t","route":"x","metadata":{"rawPayload":"maybe"}}""",
        "topic t: metadata rawPayload must be true or false, not 'maybe'")]
    [InlineData("5", "an entry without pubsubname or topic")]
    public void An_entry_that_cannot_be_served_is_refused_with_the_reason_and_the_others_stay(string entry, string reason)
    {
        var (subscriptions, refused) = Read($$"""[{{entry}},{"pubsubname":"p","topic":"good","route":"x"}]""");
        Assert.Equal("good", Assert.Single(subscriptions).Topic);
        Assert.StartsWith(reason, Assert.Single(refused), StringComparison.Ordinal);
    }

    private static (IReadOnlyList<Subscription> Subscriptions, List<string> Refused) Read(string json)
    {
        var refused = new List<string>();
        return (SubscriptionList.Read(Encoding.UTF8.GetBytes(json), refused.Add), refused);
    }
}
