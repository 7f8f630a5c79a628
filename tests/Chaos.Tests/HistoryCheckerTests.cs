using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Chaos.Tests;

public sealed class HistoryCheckerTests
{
    private readonly Operation _operation = new("op-1", "incidents.trigger")
    {
        Began = Stopwatch.GetTimestamp(),
        Arguments = Encoding.UTF8.GetBytes("{}"),
    };

    private string Digest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(_operation.Arguments));

    [Fact]
    public void An_acknowledged_call_with_one_effect_its_result_and_its_records_is_well()
    {
        Acknowledge("{\"id\":\"INC-1\"}");
        Assert.Empty(Check(["INC-1"], Intent(), Outcome("success")));
    }

    [Fact]
    public void An_acknowledged_call_without_an_effect_is_a_violation()
    {
        Acknowledge("INC-1");
        Assert.Equal(["an acknowledged call has exactly one effect, this has 0"], Check([], Intent(), Outcome("success")));
    }

    [Fact]
    public void A_second_effect_is_a_violation_whatever_the_agent_was_told()
    {
        Acknowledge("INC-1");
        Assert.Contains("an acknowledged call has exactly one effect, this has 2", Check(["INC-1", "INC-2"], Intent(), Outcome("success")));
        foreach (var end in new[] { OperationEnd.Unanswered, OperationEnd.Refused, OperationEnd.OutcomeUnknown })
        {
            _operation.End = end;
            Assert.Contains("a call has at most one effect, this has 2", Check(["INC-1", "INC-2"], Intent(), Outcome("unknown")));
        }
    }

    [Fact]
    public void A_result_that_is_not_the_effects_is_a_violation()
    {
        Acknowledge("INC-2");
        Assert.Equal(
            ["the result of an acknowledged call is that of its effect, which is INC-1"], Check(["INC-1"], Intent(), Outcome("success")));
    }

    [Fact]
    public void An_effect_without_its_records_is_a_violation()
    {
        Acknowledge("INC-1");
        Assert.Equal(["an effect has an intent in the audit log"], Check(["INC-1"], Outcome("success")));
        Assert.Equal(["an effect has an outcome in the audit log"], Check(["INC-1"], Intent()));
        Assert.Equal(
            ["a call has one outcome in the audit log"], Check(["INC-1"], Intent(), Outcome("success"), Outcome("success")));
    }

    [Fact]
    public void An_unknown_outcome_that_was_known_is_a_violation()
    {
        _operation.End = OperationEnd.OutcomeUnknown;
        Assert.Empty(Check(["INC-1"], Intent(), Outcome("unknown")));
        Assert.Equal(
            ["an outcome that an agent was told is unknown is recorded as unknown"], Check(["INC-1"], Intent(), Outcome("success")));
    }

    [Fact]
    public void An_effect_that_nobody_asked_for_is_a_violation()
    {
        var violations = HistoryChecker.Check([], [("op-7", "INC-1")], []);
        Assert.Equal("an effect belongs to a call", Assert.Single(violations).Rule);
    }

    private void Acknowledge(string result) => (_operation.End, _operation.Result) = (OperationEnd.Acknowledged, result);

    private IEnumerable<string> Check(string[] effects, params AuditRecord[] records) =>
        HistoryChecker.Check([_operation], effects.Select(id => (_operation.Id, id)), records).Select(violation => violation.Rule);

    private AuditRecord Intent() => new("call-1", "intent", Digest, null);

    private AuditRecord Outcome(string outcome) => new("call-1", "outcome", Digest, outcome);
}
