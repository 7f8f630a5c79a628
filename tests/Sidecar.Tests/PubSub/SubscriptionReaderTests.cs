using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.PubSub;

public sealed class SubscriptionReaderTests : IDisposable
{
    private const string Head = "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata:\n  name: s\n";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_current_version_has_rules_and_a_default()
    {
        var subscription = Assert.Single(Read("""
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: orders }
            spec:
              pubsubname: pubsub
              topic: orders
              deadLetterTopic: dead
              metadata: { rawPayload: "true", x: 5 }
              routes:
                rules:
                  - { match: 'event.type == "a"', path: a }
                  - { match: '', path: /everything }
                default: /d
              bulkSubscribe: { enabled: true, maxMessagesCount: 7, maxAwaitDurationMs: 40 }
            scopes: [me, other]
            """));
        Assert.Equal(SubscriptionKind.Declarative, subscription.Kind);
        Assert.Equal(("pubsub", "orders", "dead"), (subscription.PubSubName, subscription.Topic, subscription.DeadLetterTopic));
        Assert.True(subscription.IsRaw);
        Assert.Equal(
            ["event.type == \"a\":/a", ":/everything", ":/d"], subscription.Rules.Select(rule => $"{rule.Match?.Text}:{rule.Path}"));
        Assert.Equal(new BulkOptions(7, TimeSpan.FromMilliseconds(40)), subscription.Bulk);
    }

    [Fact]
    public void The_first_version_has_one_route() => Assert.Equal("/r", Assert.Single(Assert.Single(Read("""
        apiVersion: dapr.io/v1alpha1
        kind: Subscription
        metadata: { name: s }
        spec: { pubsubname: pubsub, topic: t, route: r, bulkSubscribe: { enabled: false } }
        """)).Rules).Path);

    [Fact]
    public void One_for_other_apps_is_left_out() => Assert.Empty(Read($$"""
        {{Head}}spec: { pubsubname: pubsub, topic: t, routes: { default: /d } }
        scopes: [somebody]
        """));

    [Theory]
    [InlineData("spec: { pubsubname: p, topic: t, routes: { default: /d } }\nscope: [me]", 6, "unknown field 'scope'")]
    [InlineData("spec:\n  pubsubName: p\n  topic: t\n  routes: { default: /d }", 6, "unknown field 'spec.pubsubName'")]
    [InlineData("spec:\n  pubsubname: p\n  routes: { default: /d }", 6, "field 'topic' is required")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t", 6, "field 'spec.routes' is required")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t\n  routes: { rules: [] }", 8, "spec.routes needs rules or a default")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t\n  route: /x", 8, "unknown field 'spec.route'")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t\n  routes:\n    rules:\n      - match: event.type = 'x'\n        path: /x", 10,
        "spec.routes.rules: match 'event.type = 'x'': column 12: '=' is not expected here")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t\n  routes:\n    rules:\n      - match: 'true'", 10, "field 'path' is required")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t\n  routes: { default: /d }\n  metadata: { rawPayload: maybe }", 9,
        "spec.metadata.rawPayload must be true or false, not 'maybe'")]
    [InlineData("spec:\n  pubsubname: p\n  topic: t\n  routes: { default: /d }\n  bulkSubscribe: { maxMessagesCount: -1 }", 9,
        "maxMessagesCount must be a whole number from 0")]
    public void A_mistake_is_told_with_file_line_and_field(string spec, int line, string problem)
    {
        var error = Assert.Throws<StartupException>(() => Read(Head + spec));
        Assert.StartsWith($"{_folder.File("s.yaml")}:{line}: {problem}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_and_a_double_name_are_told_with_their_places()
    {
        Assert.Contains(
            ":1: apiVersion of a Subscription must be dapr.io/v2alpha1 or dapr.io/v1alpha1, not dapr.io/v3",
            Assert.Throws<StartupException>(() => Read(Head.Replace("v2alpha1", "v3", StringComparison.Ordinal) + "spec: {}")).Message,
            StringComparison.Ordinal);
        const string one = Head + "spec: { pubsubname: p, topic: t, routes: { default: /d } }\n";
        Assert.EndsWith(
            ":7: subscription 's' is already defined at " + _folder.File("s.yaml") + ":1",
            Assert.Throws<StartupException>(() => Read(one + "---\n" + one)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<Subscription> Read(string yaml) =>
        SubscriptionReader.Read(YamlResource.ReadFile(_folder.Write("s.yaml", yaml)), "me");
}
