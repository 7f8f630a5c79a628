using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Policy.Tests;

/// <summary>What must hold for every policy and every request.</summary>
public sealed class PolicyProperties
{
    private static readonly string[] s_methods = ["logs.read", "logs.debug.write", "cost.query", "cost.plan"];
    private static readonly string[] s_scopes = [.. s_methods, "logs.*", "cost.*"];
    private static readonly string[] s_roles = ["r1", "r2", "r3"];
    private static readonly string[] s_groups = ["g1", "g2", "g3", "unknown"];
    private static readonly string[] s_actors = ["a1", "a2", "a3", "unlisted"];
    private static readonly string[] s_arguments = [
        "", "{}", """{"service":"payments"}""", """{"service":"x"}""", """{"service":1,"service":2}""", "]"];

    private static readonly Gen<PolicyRule> s_rule =
        from method in Gen.Elements([.. s_scopes, "*"])
        from effect in Gen.Elements<string?>("deny", "approve", "redact", "limit", null)
        from role in SubsetOf(s_roles)
        from audit in Gen.Elements("strict", "relaxed")
        from test in Gen.Elements<ArgumentTest?>(null, new() { EqualTo = "payments" }, new() { Exists = false })
        select new PolicyRule
        {
            Id = "",
            Methods = [method],
            Effect = effect,
            Approvers = effect == "approve" ? [s_roles[0]] : [],
            Audit = audit,
            When = new PolicyCondition
            {
                Roles = role,
                Arguments = test is null
                    ? ImmutableSortedDictionary<string, ArgumentTest>.Empty
                    : ImmutableSortedDictionary<string, ArgumentTest>.Empty.Add("/service", test),
            },
        };

    private static readonly Gen<PolicyDocument> s_document =
        from roles in MapOf(s_roles, s_scopes)
        from groups in MapOf(s_groups[..3], s_roles)
        from actors in MapOf(s_actors[..3], [.. s_scopes, "*"])
        from methods in SubsetOf(s_methods)
        from rules in s_rule.ListOf(3)
        select new PolicyDocument
        {
            Roles = roles,
            Groups = groups,
            Actors = actors,
            Methods = [.. methods],
            Rules = [.. rules.Select((rule, index) => rule with { Id = $"rule-{index}" })],
        };

    private static readonly Gen<PolicyRequest> s_request =
        from groups in SubsetOf(s_groups)
        from scopes in SubsetOf(s_scopes)
        from actors in SubsetOf(s_actors)
        from method in Gen.Elements([.. s_methods, "logs.unknown"])
        from arguments in Gen.Elements(s_arguments)
        select new PolicyRequest
        {
            Subject = "u",
            Groups = groups,
            Scopes = scopes,
            Actors = actors,
            Method = method,
            Arguments = System.Text.Encoding.UTF8.GetBytes(arguments),
            Time = ShopPolicy.Noon,
        };

    private static readonly Arbitrary<(PolicyDocument Document, PolicyRequest Request)> s_cases =
        (from document in s_document from request in s_request select (document, request)).ToArbitrary();

    [Fact]
    public void Adding_an_actor_never_permits_more() => Check((document, request) =>
        s_actors.All(actor => Narrower(document, request with { Actors = request.Actors.Insert(0, actor) }, request)));

    [Fact]
    public void Removing_a_scope_never_permits_more() => Check((document, request) =>
        request.Scopes.All(scope => Narrower(document, request with { Scopes = request.Scopes.Remove(scope) }, request)));

    [Fact]
    public void Removing_a_group_never_permits_more_where_no_rule_asks_for_roles() => Check((document, request) =>
    {
        var plain = document with { Rules = [.. document.Rules.Select(rule => rule with { When = rule.When! with { Roles = [] } })] };
        return request.Groups.All(group => Narrower(plain, request with { Groups = request.Groups.Remove(group) }, request));
    });

    [Fact]
    public void Removing_a_scope_from_a_role_never_permits_more() => Check((document, request) =>
        document.Roles.All(role => role.Value.All(scope =>
            Narrower(document with { Roles = document.Roles.SetItem(role.Key, role.Value.Remove(scope)) }, document, request))));

    [Fact]
    public void Adding_a_rule_never_permits_more() => Check((document, request) =>
        Enumerable.Range(0, document.Rules.Length)
            .All(index => Narrower(document, document with { Rules = document.Rules.RemoveAt(index) }, request)));

    [Fact]
    public void What_is_permitted_is_a_known_method_that_role_token_and_every_actor_include() => Check((document, request) =>
        Strength(document, request) == 0
        || (document.Methods.Contains(request.Method)
            && request.Groups.SelectMany(group => document.Groups.GetValueOrDefault(group, []))
                .Any(role => Includes(document.Roles[role], request.Method))
            && Includes(request.Scopes, request.Method)
            && request.Actors.All(actor => Includes(document.Actors.GetValueOrDefault(actor, []), request.Method))));

    [Fact]
    public void A_request_without_groups_is_denied() => Check((document, request) =>
        PolicyEngine.Compile(document).Decide(request with { Groups = [] }).Kind == PolicyDecisionKind.Deny);

    [Fact]
    public void Order_and_repetition_of_groups_and_scopes_do_not_matter() => Check((document, request) =>
    {
        var engine = PolicyEngine.Compile(document);
        var turned = request with
        {
            Groups = [.. request.Groups.Reverse(), .. request.Groups],
            Scopes = [.. request.Scopes.Reverse(), .. request.Scopes]
        };
        return engine.Decide(request) == engine.Decide(turned);
    });

    [Fact]
    public void Digest_and_decision_do_not_depend_on_the_order_of_keys_and_sets() => Check((document, request) =>
    {
        var backwards = Comparer<string>.Create((left, right) => string.CompareOrdinal(right, left));
        var turned = document with
        {
            Roles = document.Roles.ToImmutableSortedDictionary(role => role.Key, role => Turn(role.Value), backwards),
            Groups = document.Groups.ToImmutableSortedDictionary(group => group.Key, group => Turn(group.Value), backwards),
            Actors = document.Actors.ToImmutableSortedDictionary(actor => actor.Key, actor => Turn(actor.Value), backwards),
            Methods = document.Methods.ToImmutableSortedSet(backwards),
        };
        var (left, right) = (PolicyEngine.Compile(document).Decide(request), PolicyEngine.Compile(turned).Decide(request));
        return left.PolicyDigest == right.PolicyDigest && AreSame(left, right);
    });

    [Fact]
    public void A_value_that_is_absent_relaxes_nothing_and_asks_for_nothing() => Check((document, request) =>
    {
        var looking = document.Rules.Where(rule => rule.When!.Arguments.Values.Any(test => test.EqualTo is not null));
        var without = document with { Rules = document.Rules.RemoveRange(looking) };
        var absent = request with { Arguments = default };
        var (left, right) = (PolicyEngine.Compile(document).Decide(absent), PolicyEngine.Compile(without).Decide(absent));
        return AreSame(left, right);
    });

    [Fact]
    public void A_listed_method_is_permitted_with_some_arguments_and_no_other_is_with_any() => Check((document, request) =>
    {
        var engine = PolicyEngine.Compile(document);
        var listed = engine.EffectiveMethods(request, "logs").Concat(engine.EffectiveMethods(request, "cost")).ToHashSet();
        return s_methods.All(method => listed.Contains(method)
            || s_arguments.All(arguments =>
                Strength(document, request with { Method = method, Arguments = System.Text.Encoding.UTF8.GetBytes(arguments) }) == 0));
    });

    /// <summary>But for the version; the approvers are compared one by one.</summary>
    private static bool AreSame(Decision left, Decision right) =>
        left.Approvers.SequenceEqual(right.Approvers)
        && left with { PolicyDigest = "", Approvers = [] } == right with { PolicyDigest = "", Approvers = [] };

    private static void Check(Func<PolicyDocument, PolicyRequest, bool> holds) =>
        Prop.ForAll(s_cases, one => holds(one.Document, one.Request)).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>0 for no, 1 for after an approval, 2 for yes.</summary>
    private static int Strength(PolicyDocument document, PolicyRequest request) =>
        PolicyEngine.Compile(document).Decide(request).Kind switch
        {
            PolicyDecisionKind.Permit => 2,
            PolicyDecisionKind.Approve => 1,
            _ => 0,
        };

    private static bool Narrower(PolicyDocument document, PolicyRequest narrow, PolicyRequest wide) =>
        Strength(document, narrow) <= Strength(document, wide);

    private static bool Narrower(PolicyDocument narrow, PolicyDocument wide, PolicyRequest request) =>
        Strength(narrow, request) <= Strength(wide, request);

    private static bool Includes(ImmutableArray<string> scopes, string method) =>
        scopes.Any(scope => scope == "*" || scope == method
            || (scope.EndsWith(".*", StringComparison.Ordinal) && method.StartsWith(scope[..^1], StringComparison.Ordinal)));

    private static ImmutableArray<string> Turn(ImmutableArray<string> set) => [.. set.Reverse(), .. set];

    private static Gen<ImmutableArray<string>> SubsetOf(string[] all) =>
        Gen.Choose(0, 1).ArrayOf(all.Length).Select(picks => all.Where((_, index) => picks[index] == 1).ToImmutableArray());

    private static Gen<ImmutableSortedDictionary<string, ImmutableArray<string>>> MapOf(string[] keys, string[] values) =>
        SubsetOf(values).ArrayOf(keys.Length)
            .Select(sets => keys.Zip(sets).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
}
