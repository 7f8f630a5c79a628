using System.Collections.Immutable;
using McpMesh.Policy.Rights;

namespace McpMesh.Policy;

/// <summary>Refuses a document that could be read in two ways or refers to what it does not hold.</summary>
internal static class PolicyDocumentValidator
{
    public static void Check(PolicyDocument document)
    {
        foreach (var method in document.Methods)
            Require(ScopePattern.IsMethod(method), "methods", $"'{method}' is not a method 'server.tool'");

        foreach (var (role, scopes) in document.Roles)
            CheckScopes(scopes, $"roles.{role}", allowEveryMethod: false);

        foreach (var (actor, scopes) in document.Actors)
            CheckScopes(scopes, $"actors.{actor}", allowEveryMethod: true);

        foreach (var (group, roles) in document.Groups)
            CheckRoles(document, roles, $"groups.{group}");

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in document.Rules)
        {
            Require(rule.Id is { Length: > 0 }, "rules", "a rule has no id");
            Require(ids.Add(rule.Id), $"rules.{rule.Id}", "there are two rules with this id");
            Require(!rule.Methods.IsDefaultOrEmpty, $"rules.{rule.Id}.methods", "names no method");
            CheckScopes(rule.Methods, $"rules.{rule.Id}.methods", allowEveryMethod: true);
            Require(rule.Audit is "strict" or "relaxed", $"rules.{rule.Id}.audit", "must be 'strict' or 'relaxed'");
            CheckApproval(document, rule);
            CheckRoles(document, rule.When?.Roles ?? [], $"rules.{rule.Id}.when.roles");
        }
    }

    private static void CheckApproval(PolicyDocument document, PolicyRule rule)
    {
        var field = $"rules.{rule.Id}.approvers";
        if (rule.Effect == "approve") Require(!rule.Approvers.IsDefaultOrEmpty, field, "names no role, so nobody could approve");
        else Require(rule.Approvers.IsDefaultOrEmpty && rule.Expires is null, field, "has a meaning only with the effect 'approve'");
        CheckRoles(document, rule.Approvers, field);
        Require(rule.Expires is null || rule.Expires > TimeSpan.Zero, $"rules.{rule.Id}.expires", "must be more than 0");
    }

    private static void CheckScopes(ImmutableArray<string> scopes, string field, bool allowEveryMethod)
    {
        foreach (var scope in scopes)
            Require(ScopePattern.IsValid(scope, allowEveryMethod), field, $"'{scope}' is not 'server.tool' or 'server.*'");
    }

    private static void CheckRoles(PolicyDocument document, ImmutableArray<string> roles, string field)
    {
        foreach (var role in roles.IsDefault ? [] : roles)
            Require(role is not null && document.Roles.ContainsKey(role), field, $"there is no role '{role}'");
    }

    private static void Require(bool condition, string field, string rule)
    {
        if (!condition)
            throw new PolicyException($"{field}: {rule}");
    }
}
