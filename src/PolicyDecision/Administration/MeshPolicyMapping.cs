using System.Collections.Immutable;
using McpMesh.Configuration;
using McpMesh.Policy;

namespace McpMesh.PolicyDecision.Administration;

/// <summary>What mesh.yaml says about rights, as a policy document.</summary>
internal static class MeshPolicyMapping
{
    public static PolicyDocument ToPolicy(MeshConfiguration mesh) => new()
    {
        Roles = mesh.Roles,
        Groups = mesh.Groups,
        Actors = ActorsOf(mesh),
        Methods = [.. mesh.AllMethods()],
        Rules = [.. mesh.Rules.Select(ToRule)],
    };

    // The gateway passes on what the other actors may do, so it limits nothing itself. A server may use what its tools call, for whoever
    // may.
    private static ImmutableSortedDictionary<string, ImmutableArray<string>> ActorsOf(MeshConfiguration mesh)
    {
        var actors = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var client in mesh.Clients)
            actors.Add(client.Id, client.Scopes);

        foreach (var (name, server) in mesh.Servers.Where(server => !server.Value.Calls.IsEmpty))
            actors.Add(name, [.. server.Calls.Values.SelectMany(methods => methods)]);

        actors.Add("gateway", ["*"]);
        return actors.ToImmutable();
    }

    private static PolicyRule ToRule(RuleConfiguration rule) => new()
    {
        Id = rule.Id,
        Methods = rule.Methods,
        Effect = rule.Effect,
        Reason = rule.Reason,
        Approvers = rule.Approvers,
        Expires = rule.Expires,
        Audit = rule.Audit,
        When = rule.When is null ? null : ToCondition(rule.When),
    };

    private static PolicyCondition ToCondition(ConditionConfiguration when) => new()
    {
        Arguments = when.Arguments.ToImmutableSortedDictionary(
            argument => argument.Key, argument => ToTest(argument.Value), StringComparer.Ordinal),
        Clients = when.Clients,
        Acr = when.Acr,
        Roles = when.Roles,
        Between = when.Between,
    };

    private static ArgumentTest ToTest(ArgumentTestConfiguration test) => new()
    {
        EqualTo = test.EqualTo,
        In = test.In,
        StartsWith = test.StartsWith,
        GreaterThan = test.GreaterThan,
        LessThan = test.LessThan,
        Exists = test.Exists,
    };
}
