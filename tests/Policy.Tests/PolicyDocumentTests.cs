using System.Text;

namespace McpMesh.Policy.Tests;

public sealed class PolicyDocumentTests
{
    [Fact]
    public void Parse_OfSerialized_IsTheSamePolicy()
    {
        var document = ShopPolicy.Document with
        {
            Rules = [
            ShopPolicy.Rule("deny", "logs.read", "/n", new ArgumentTest { GreaterThan = 1.5m, In = ["b", "a"] })]
        };
        var bytes = PolicyDocumentJson.Serialize(document);

        Assert.Equal(bytes, PolicyDocumentJson.Serialize(PolicyDocumentJson.Parse(bytes)));
        Assert.Equal(PolicyDocumentJson.DigestOf(bytes), PolicyEngine.Compile(document).Digest);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"rules":[{"id":"a","methods":["*"],"effect":"deny","when":{}}]}""")]
    [InlineData(
        """{"roles":{"r":["logs.*"]},"methods":["logs.read"],"rules":[{"id":"a","methods":["*"],"when":{"arguments":{"/x":{}}}}]}""")]
    public void Parse_MembersThatAreNotWritten_AreEmptyAndAuditIsStrict(string json)
    {
        var document = PolicyDocumentJson.Parse(Encoding.UTF8.GetBytes(json));

        Assert.All(document.Rules, rule => Assert.Equal("strict", rule.Audit));
        Assert.Equal("unknown-method", PolicyEngine.Compile(document).Decide(ShopPolicy.Request("logs.nothing")).Rule);
    }

    [Fact]
    public void Digest_OfOtherRights_Differs()
    {
        var other = ShopPolicy.Document with { Groups = ShopPolicy.Map(("engineering", ["sre"])) };

        Assert.NotEqual(ShopPolicy.With().Digest, PolicyEngine.Compile(other).Digest);
    }

    [Fact]
    public void Digest_OfRulesInOtherOrder_Differs()
    {
        var first = new PolicyRule { Id = "a", Methods = ["*"], Effect = "approve", Approvers = ["sre"] };
        var second = new PolicyRule { Id = "b", Methods = ["*"], Effect = "approve", Approvers = ["sre"] };

        Assert.NotEqual(ShopPolicy.With(first, second).Digest, ShopPolicy.With(second, first).Digest);
    }

    [Theory]
    [InlineData("""{"roles":{},"conditions":[]}""")]
    [InlineData("""{"roles":{},"roles":{"sre":["logs.*"]}}""")]
    [InlineData("""{"rules":[{"id":"a","methods":["*"],"effect":"deny","when":{"weather":"rain"}}]}""")]
    [InlineData("""{"rules":[{"methods":["*"],"effect":"deny"}]}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("[]")]
    public void Parse_DocumentThatIsNotUnderstoodInFull_IsRefused(string json) =>
        Assert.Throws<PolicyException>(() => PolicyDocumentJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("rules", """{"rules":[null]}""")]
    [InlineData("methods", """{"methods":["logs.read",null]}""")]
    [InlineData("roles.r", """{"roles":{"r":[null]}}""")]
    [InlineData("groups.g", """{"groups":{"g":[null]}}""")]
    [InlineData("actors.a", """{"actors":{"a":[null]}}""")]
    [InlineData("rules.a.methods", """{"rules":[{"id":"a","methods":[null],"effect":"deny"}]}""")]
    [InlineData("rules.a.when.roles", """{"rules":[{"id":"a","methods":["*"],"when":{"roles":[null]}}]}""")]
    [InlineData("rules.a.when.clients", """{"rules":[{"id":"a","methods":["*"],"when":{"clients":[null]}}]}""")]
    [InlineData("rules.a.when.acr", """{"rules":[{"id":"a","methods":["*"],"when":{"acr":[null]}}]}""")]
    [InlineData("rules.a.when.arguments./x", """{"rules":[{"id":"a","methods":["*"],"when":{"arguments":{"/x":null}}}]}""")]
    [InlineData("rules.a.when.arguments./x.in", """{"rules":[{"id":"a","methods":["*"],"when":{"arguments":{"/x":{"in":[null]}}}}]}""")]
    public void Parse_NullAmongTheValues_IsRefusedByField(string field, string json)
    {
        var refused = Assert.Throws<PolicyException>(() => PolicyDocumentJson.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.Equal($"{field}: null is no value here", refused.Message);
    }

    public static TheoryData<string, PolicyDocument> Invalid
    {
        get
        {
            var rule = new PolicyRule { Id = "a", Methods = ["*"], Effect = "deny" };
            var document = ShopPolicy.Document;
            return new TheoryData<string, PolicyDocument>
            {
                { "roles.x: '*' is not", document with { Roles = document.Roles.Add("x", ["*"]) } },
                { "roles.x: 'logs.de*' is not", document with { Roles = document.Roles.Add("x", ["logs.de*"]) } },
                { "roles.x: 'logs' is not", document with { Roles = document.Roles.Add("x", ["logs"]) } },
                { "groups.x: there is no role 'y'", document with { Groups = document.Groups.Add("x", ["y"]) } },
                { "actors.x: '' is not", document with { Actors = document.Actors.Add("x", [""]) } },
                { "methods: 'read' is not", document with { Methods = document.Methods.Add("read") } },
                { "rules.a: there are two", document with { Rules = [rule, rule] } },
                { "rules.a.methods: names no", document with { Rules = [rule with { Methods = [] }] } },
                { "rules.a.audit: must be", document with { Rules = [rule with { Audit = "never" }] } },
                { "rules.a.when.roles: there is no role",
                    document with { Rules = [rule with { When = new PolicyCondition { Roles = ["y"] } }] } },
                { "rules.a.when.between: must be",
                    document with { Rules = [rule with { When = new PolicyCondition { Between = "9-17" } }] } },
                { "rules.the-rule.when.arguments: 'a' is not a JSON Pointer",
                    document with { Rules = [ShopPolicy.Rule("deny", "*", "a", new ArgumentTest())] } },
                { "rules.the-rule.when.arguments: '/~2' is not a JSON Pointer",
                    document with { Rules = [ShopPolicy.Rule("deny", "*", "/~2", new ArgumentTest())] } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Compile_InvalidDocument_NamesFieldAndRule(string expected, PolicyDocument document)
    {
        var refused = Assert.Throws<PolicyException>(() => PolicyEngine.Compile(document));

        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
    }
}
