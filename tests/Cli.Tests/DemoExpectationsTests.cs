using McpMesh.Cli.Demo;
using McpMesh.Samples.Agent;

namespace McpMesh.Cli.Tests;

/// <summary>The demo's exit code is only worth something if each broken promise turns it.</summary>
public sealed class DemoExpectationsTests
{
    private static readonly TriageStep[] s_steps =
    [
        new("logs.read", "success", ""), new("analytics.query", "success", ""), new("cost.query", "success", ""),
        new("incidents.trigger", "denied", "The call is denied."),
    ];

    [Fact]
    public void A_developer_who_reads_and_is_denied_the_trigger_meets_them_all() =>
        Assert.Empty(DemoExpectations.Check(DemoPersona.Developer, s_steps, GoodHops()));

    [Fact]
    public void A_trigger_that_was_not_denied_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, [.. s_steps[..3], new("incidents.trigger", "success", "")], GoodHops()),
        failure => failure.StartsWith("incidents.trigger must be denied", StringComparison.Ordinal));

    [Fact]
    public void A_denied_call_that_reached_a_server_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, [.. GoodHops(), Hop(2, "incidents.trigger", "https://incidents/mcp", "g9", "t9")]),
        failure => failure.Contains("yet reached a server", StringComparison.Ordinal));

    [Fact]
    public void One_token_at_two_audiences_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, Change(GoodHops(), 1, hop => hop with { AccessTokenJti = "t1" })),
        failure => failure == "A token was used at two audiences.");

    [Fact]
    public void One_ID_JAG_for_two_audiences_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, Change(GoodHops(), 1, hop => hop with { IdJagJti = "g1" })),
        failure => failure == "An ID-JAG was used for two audiences.");

    [Fact]
    public void A_hop_without_a_grant_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, Change(GoodHops(), 1, hop => hop with { IdJagJti = "" })),
        failure => failure == "Every hop must name the ID-JAG it came from.");

    [Fact]
    public void An_actor_chain_that_does_not_grow_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, Change(GoodHops(), 1, hop => hop with { Actors = ["sample-agent"] })),
        failure => failure == "The actor chain must grow by one on every hop.");

    [Fact]
    public void Another_subject_on_a_hop_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, Change(GoodHops(), 1, hop => hop with { Subject = "idp|u-other" })),
        failure => failure == "All hops must name one and the same subject.");

    [Fact]
    public void A_call_that_left_no_record_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Developer, s_steps, [.. GoodHops().Where(hop => hop.Method != "cost.query")]),
        failure => failure.StartsWith("cost.query: the log has no permitted", StringComparison.Ordinal));

    [Fact]
    public void An_SRE_without_the_third_hop_is_a_failure() => Assert.Contains(
        DemoExpectations.Check(DemoPersona.Sre, s_steps, GoodHops()),
        failure => failure.Contains("no third hop", StringComparison.Ordinal));

    private static List<HopRecord> GoodHops() =>
    [
        Hop(1, "logs.read", "https://gateway/mcp", "g1", "t1"), Hop(2, "logs.read", "https://logs/mcp", "g2", "t2"),
        Hop(1, "analytics.query", "https://gateway/mcp", "g1", "t1"), Hop(2, "analytics.query", "https://analytics/mcp", "g3", "t3"),
        Hop(1, "cost.query", "https://gateway/mcp", "g1", "t1"), Hop(2, "cost.query", "https://cost/mcp", "g4", "t4"),
        Hop(1, "incidents.trigger", "https://gateway/mcp", "g1", "t1") with { Decision = "deny", Outcome = "denied" },
    ];

    private static HopRecord Hop(int number, string method, string audience, string grant, string token) => new(
        number, "idp|u-dana", new[] { "incidents", "gateway", "sample-agent" }[(3 - number)..], audience, method, grant, token, method,
        "permit", "role:developer", "success");

    private static List<HopRecord> Change(List<HopRecord> hops, int index, Func<HopRecord, HopRecord> change)
    {
        hops[index] = change(hops[index]);
        return hops;
    }
}
