namespace McpMesh.Policy.Tests;

public sealed class PolicyEngineTests
{
    private readonly PolicyEngine _engine = ShopPolicy.With();

    [Fact]
    public void Decide_RoleIncludesMethod_PermitsByThatRole()
    {
        var decision = _engine.Decide(ShopPolicy.Request("incidents.trigger"));

        Assert.Equal(PolicyDecisionKind.Permit, decision.Kind);
        Assert.Equal("role:sre", decision.Rule);
        Assert.Equal(_engine.Digest, decision.PolicyDigest);
        Assert.True(decision.StrictAudit);
    }

    [Fact]
    public void Decide_RoleLacksMethod_DeniesByDefaultAndNamesRoleAndMethod()
    {
        var decision = _engine.Decide(ShopPolicy.Request("incidents.trigger", "engineering"));

        Assert.Equal(PolicyDecisionKind.Deny, decision.Kind);
        Assert.Equal("default-deny", decision.Rule);
        Assert.Equal("Role developer does not include incidents.trigger.", decision.Reason);
    }

    [Fact]
    public void Decide_NoGroupIsKnown_DeniesByDefault()
    {
        var decision = _engine.Decide(ShopPolicy.Request("logs.read", "strangers"));

        Assert.Equal(("default-deny", "The user has no role, so logs.read is not allowed."), (decision.Rule, decision.Reason));
    }

    [Theory]
    [InlineData("logs.delete")]
    [InlineData("logs.*")]
    [InlineData("LOGS.READ")]
    [InlineData("")]
    public void Decide_MethodIsNotKnown_Denies(string method)
    {
        var decision = _engine.Decide(ShopPolicy.Request(method));

        Assert.Equal((PolicyDecisionKind.Deny, "unknown-method"), (decision.Kind, decision.Rule));
    }

    [Fact]
    public void Decide_TokenLacksScopeThatRoleAllows_AsksForMoreScope()
    {
        var decision = _engine.Decide(ShopPolicy.Request("logs.read") with { Scopes = ["logs.debug.write", "log*", "*"] });

        Assert.Equal((PolicyDecisionKind.InsufficientScope, "token-scope"), (decision.Kind, decision.Rule));
    }

    [Fact]
    public void Decide_TokenLacksScopeAndRoleDoesNotAllow_DeniesByDefault()
    {
        var decision = _engine.Decide(ShopPolicy.Request("incidents.trigger", "engineering") with { Scopes = [] });

        Assert.Equal((PolicyDecisionKind.Deny, "default-deny"), (decision.Kind, decision.Rule));
    }

    [Theory]
    [InlineData("incidents", "gateway", "sample-agent")]
    [InlineData("gateway", "sample-agent")]
    public void Decide_EveryActorOfTheChainMayUseMethod_Permits(params string[] chain)
    {
        Assert.True(_engine.Decide(ShopPolicy.Request("analytics.query", actors: chain)).IsPermitted);
    }

    [Theory]
    [InlineData("actor:incidents", "incidents.trigger", "incidents", "gateway", "sample-agent")]
    [InlineData("actor:reader-agent", "analytics.query", "gateway", "reader-agent")]
    [InlineData("actor:stranger", "logs.read", "gateway", "stranger")]
    [InlineData("actor:stran?ger", "logs.read", "stran\nger", "gateway")]
    public void Decide_AnActorOfTheChainMayNot_DeniesByThatActor(string rule, string method, params string[] chain)
    {
        var decision = _engine.Decide(ShopPolicy.Request(method, actors: chain));

        Assert.Equal((PolicyDecisionKind.Deny, rule), (decision.Kind, decision.Rule));
    }

    [Fact]
    public void Decide_WithoutArgumentRules_AllocatesNothing()
    {
        var requests = new[]
        {
            ShopPolicy.Request("incidents.trigger", actors: ["gateway", "sample-agent"]),
            ShopPolicy.Request("incidents.trigger", "engineering"),
            ShopPolicy.Request("logs.read", actors: ["incidents", "sample-agent"]),
            ShopPolicy.Request("logs.nothing"),
            ShopPolicy.Request("logs.read") with { Scopes = [] },
        };
        foreach (var request in requests)
            _engine.Decide(request);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            foreach (var request in requests)
                _engine.Decide(request);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void EffectiveMethods_AreThoseThatDecideCouldPermit()
    {
        var caller = ShopPolicy.Request("logs.read", actors: ["gateway", "sample-agent"]) with { Scopes = ["logs.*", "incidents.trigger"] };

        Assert.Equal(["logs.debug.write", "logs.read"], _engine.EffectiveMethods(caller, "logs"));
        Assert.Equal(["incidents.trigger"], _engine.EffectiveMethods(caller, "incidents"));
        Assert.Empty(_engine.EffectiveMethods(caller, "analytics"));
        Assert.Empty(_engine.EffectiveMethods(caller, "nowhere"));
    }

    [Fact]
    public void EffectiveMethods_MethodThatARuleAlwaysDenies_IsLeftOut()
    {
        var engine = ShopPolicy.With(
            new PolicyRule { Id = "freeze", Methods = ["logs.read"], Effect = "deny" },
            ShopPolicy.Rule("deny", "logs.debug.write", "/service", new ArgumentTest { EqualTo = "payments" }));
        var caller = ShopPolicy.Request("logs.read") with { Scopes = ["logs.*"] };

        Assert.Equal(["logs.debug.write"], engine.EffectiveMethods(caller, "logs"));
    }
}
