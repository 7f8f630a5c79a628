namespace McpMesh.Policy.Tests;

public sealed class PolicyRuleTests
{
    private const string Method = "logs.debug.write";
    private static readonly ArgumentTest s_payments = new() { EqualTo = "payments" };

    [Theory]
    [InlineData("""{"service":"payments"}""")]
    [InlineData("""{"service":"pay\u006dents"}""")]
    [InlineData("""{"s\u0065rvice":"payments"}""")]
    [InlineData("""{"other":[{"service":1}],"service":"payments"}""")]
    public void Decide_DenyRuleMatchesTheArguments_DeniesWithItsIdAndReason(string arguments)
    {
        var engine = ShopPolicy.With(ShopPolicy.Rule("deny", Method, "/service", s_payments) with { Reason = "Card data." });

        var decision = engine.Decide(ShopPolicy.Request(Method, arguments: arguments));

        Assert.Equal((PolicyDecisionKind.Deny, "the-rule", "Card data."), (decision.Kind, decision.Rule, decision.Reason));
    }

    [Theory]
    [InlineData("""{"service":"checkout"}""")]
    [InlineData("""{"nested":{"service":"payments"}}""")]
    [InlineData("""{"service":["payments"]}""")]
    [InlineData("""{}""")]
    [InlineData(null)]
    public void Decide_DenyRuleDoesNotMatchTheArguments_PermitsByRole(string? arguments)
    {
        var engine = ShopPolicy.With(ShopPolicy.Rule("deny", Method, "/service", s_payments));

        Assert.Equal("role:sre", engine.Decide(ShopPolicy.Request(Method, arguments: arguments)).Rule);
    }

    [Theory]
    [InlineData("""{"service":"checkout","service":"payments"}""")]
    [InlineData("""{"service":"checkout","s\u0065rvice":"payments"}""")]
    [InlineData("""{"service":"checkout","x":[{"a":1,"a":2}]}""")]
    [InlineData("""{"service":"checkout"} {}""")]
    [InlineData("""{"service":"checkout" """)]
    [InlineData("""["checkout"]""")]
    [InlineData("""{"service":"\ud800"}""")]
    public void Decide_ArgumentsCanBeReadInTwoWays_DeniesWhenARuleLooksAtThem(string arguments)
    {
        var engine = ShopPolicy.With(ShopPolicy.Rule("deny", Method, "/service", s_payments));

        Assert.Equal("unreadable-arguments", engine.Decide(ShopPolicy.Request(Method, arguments: arguments)).Rule);
    }

    [Fact]
    public void Decide_ArgumentsAreNestedTooDeep_Denies()
    {
        var engine = ShopPolicy.With(ShopPolicy.Rule("deny", Method, "/service", s_payments));
        var arguments = """{"x":""" + new string('[', 100) + new string(']', 100) + "}";

        Assert.Equal("unreadable-arguments", engine.Decide(ShopPolicy.Request(Method, arguments: arguments)).Rule);
    }

    [Theory]
    [InlineData("""{"n":5}""", true)]
    [InlineData("""{"n":5.0}""", true)]
    [InlineData("""{"n":50e-1}""", true)]
    [InlineData("""{"n":"5"}""", true)]
    [InlineData("""{"n":6}""", false)]
    [InlineData("""{"n":true}""", false)]
    public void Decide_EqualTo_ComparesNumbersByValue(string arguments, bool matches) =>
        AssertMatches(new ArgumentTest { EqualTo = "5" }, "/n", arguments, matches);

    [Theory]
    [InlineData("""{"n":100.5}""", true)]
    [InlineData("""{"n":1e400}""", true)]
    [InlineData("""{"n":100}""", false)]
    [InlineData("""{"n":-1e400}""", false)]
    [InlineData("""{"n":"101"}""", false)]
    public void Decide_GreaterThan_HoldsForLargerNumbersOfAnySize(string arguments, bool matches) =>
        AssertMatches(new ArgumentTest { GreaterThan = 100 }, "/n", arguments, matches);

    [Theory]
    [InlineData("""{"a":{"b/c":[0,{"~":"prod-1"}]}}""", true)]
    [InlineData("""{"a":{"b/c":[{"~":"prod-1"},0]}}""", false)]
    public void Decide_PointerWithEscapesAndIndex_FindsTheValue(string arguments, bool matches) =>
        AssertMatches(new ArgumentTest { StartsWith = "prod-" }, "/a/b~1c/1/~0", arguments, matches);

    [Theory]
    [InlineData("""{"force":null}""", true)]
    [InlineData("""{"force":{}}""", true)]
    [InlineData("""{"x":1}""", false)]
    public void Decide_Exists_AsksOnlyWhetherTheValueIsThere(string arguments, bool matches) =>
        AssertMatches(new ArgumentTest { Exists = true }, "/force", arguments, matches);

    [Fact]
    public void Decide_ApproveRule_PermitsOnlyAfterApproval()
    {
        var engine = ShopPolicy.With(ShopPolicy.Rule("approve", Method, "/service", s_payments));
        var decision = engine.Decide(ShopPolicy.Request(Method, arguments: """{"service":"payments"}"""));

        Assert.Equal((PolicyDecisionKind.Approve, "the-rule", false), (decision.Kind, decision.Rule, decision.IsPermitted));
    }

    [Theory]
    [InlineData("redact")]
    [InlineData("limit")]
    [InlineData("an-effect-of-tomorrow")]
    public void Decide_ObligationThatCannotBeMet_Denies(string effect)
    {
        var engine = ShopPolicy.With(new PolicyRule { Id = "mask", Methods = ["logs.*"], Effect = effect });
        var decision = engine.Decide(ShopPolicy.Request(Method));

        Assert.Equal((PolicyDecisionKind.Deny, "mask"), (decision.Kind, decision.Rule));
        Assert.Contains(effect, decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_DenyAfterApprove_TheDenialWins()
    {
        var engine = ShopPolicy.With(
            new PolicyRule { Id = "ask", Methods = ["*"], Effect = "approve", Approvers = ["sre"] },
            new PolicyRule { Id = "freeze", Methods = ["logs.*"], Effect = "deny" },
            new PolicyRule { Id = "late", Methods = ["logs.*"], Effect = "deny" });

        Assert.Equal("freeze", engine.Decide(ShopPolicy.Request(Method)).Rule);
        Assert.Equal("ask", engine.Decide(ShopPolicy.Request("analytics.query")).Rule);
    }

    [Fact]
    public void Decide_RuleAsksForApproval_TheDecisionSaysWhoMayApproveAndForHowLong()
    {
        var rule = new PolicyRule { Id = "ask", Methods = ["logs.*"], Effect = "approve", Approvers = ["sre", "developer"] };

        var byDefault = ShopPolicy.With(rule).Decide(ShopPolicy.Request("logs.read"));
        var soon = ShopPolicy.With(rule with { Expires = TimeSpan.FromMinutes(5) }).Decide(ShopPolicy.Request("logs.read"));

        Assert.Equal(["developer", "sre"], byDefault.Approvers.AsEnumerable());
        Assert.Equal((TimeSpan.FromHours(24), TimeSpan.FromMinutes(5)), (byDefault.ApprovalExpires, soon.ApprovalExpires));
    }

    [Theory]
    [InlineData("approve", new string[0], "rules.ask.approvers")]
    [InlineData("approve", new[] { "boss" }, "there is no role 'boss'")]
    [InlineData("deny", new[] { "sre" }, "only with the effect 'approve'")]
    public void Compile_ApproversThatCannotBe_Refuses(string effect, string[] approvers, string named)
    {
        var rule = new PolicyRule { Id = "ask", Methods = ["logs.*"], Effect = effect, Approvers = [.. approvers] };

        Assert.Contains(named, Assert.Throws<PolicyException>(() => ShopPolicy.With(rule)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HasRole_GoesByTheGroups_AndARoleThatIsGoneGivesNothing()
    {
        var engine = ShopPolicy.With();

        Assert.True(engine.HasRole(["site-reliability"], ["boss", "sre"]));
        Assert.False(engine.HasRole(["engineering"], ["sre"]));
        Assert.False(engine.HasRole(["site-reliability"], ["boss"]));
        Assert.Equal(["developer", "sre"], engine.RolesOf(["site-reliability", "engineering", "unknown"]).AsEnumerable());
    }

    [Fact]
    public void Decide_RuleRelaxesAudit_OnlyItsCallsAreRelaxed()
    {
        var engine = ShopPolicy.With(new PolicyRule { Id = "chatty", Methods = ["logs.read"], Audit = "relaxed" });

        Assert.False(engine.Decide(ShopPolicy.Request("logs.read")).StrictAudit);
        Assert.True(engine.Decide(ShopPolicy.Request("analytics.query")).StrictAudit);
        Assert.True(engine.Decide(ShopPolicy.Request("logs.read", "nobody")).StrictAudit);
    }

    [Theory]
    [InlineData("22:00-06:00", "23:30", true)]
    [InlineData("22:00-06:00", "05:59", true)]
    [InlineData("22:00-06:00", "06:00", false)]
    [InlineData("22:00-06:00", "12:00", false)]
    [InlineData("09:00-17:00", "09:00", true)]
    [InlineData("09:00-17:00", "17:00", false)]
    public void Decide_RuleWithTimeWindow_HoldsFromStartUntilEndAndAcrossMidnight(string window, string time, bool matches)
    {
        var engine = ShopPolicy.With(Caller(new PolicyCondition { Between = window }));
        var now = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero) + TimeSpan.Parse(time, null);
        // The same instant told in another zone is the same time.
        var request = ShopPolicy.Request(Method) with { Time = now.ToOffset(TimeSpan.FromHours(5)) };

        Assert.Equal(matches, engine.Decide(request).Rule == "caller");
    }

    [Fact]
    public void Decide_RuleOnClientsAcrAndRoles_HoldsOnlyWhenAllParts()
    {
        var engine = ShopPolicy.With(Caller(new PolicyCondition { Clients = ["sample-agent"], Acr = ["pwd"], Roles = ["sre"] }));
        var request = ShopPolicy.Request("analytics.query", actors: ["gateway", "sample-agent"]) with { AuthenticationContext = "pwd" };

        Assert.Equal("caller", engine.Decide(request).Rule);
        Assert.NotEqual("caller", engine.Decide(request with { AuthenticationContext = null }).Rule);
        Assert.NotEqual("caller", engine.Decide(request with { Actors = ["gateway"] }).Rule);
        Assert.NotEqual("caller", engine.Decide(request with { Groups = ["engineering"] }).Rule);
    }

    private static PolicyRule Caller(PolicyCondition when) => new() { Id = "caller", Methods = ["*"], Effect = "deny", When = when };

    private static void AssertMatches(ArgumentTest test, string pointer, string arguments, bool matches)
    {
        var engine = ShopPolicy.With(ShopPolicy.Rule("deny", Method, pointer, test));

        Assert.Equal(matches, engine.Decide(ShopPolicy.Request(Method, arguments: arguments)).Rule == "the-rule");
    }
}
