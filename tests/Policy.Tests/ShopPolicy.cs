using System.Collections.Immutable;
using System.Text;

namespace McpMesh.Policy.Tests;

/// <summary>The policy of the shop in config/mesh.yaml, and requests against it.</summary>
internal static class ShopPolicy
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static PolicyDocument Document { get; } = new()
    {
        Roles = Map(
            ("developer", ["logs.read", "analytics.query", "incidents.get"]),
            ("sre", ["logs.*", "analytics.query", "incidents.get", "incidents.trigger", "incidents.summary.post"])),
        Groups = Map(("engineering", ["developer"]), ("site-reliability", ["sre"])),
        Actors = Map(
            ("sample-agent", ["logs.*", "analytics.*", "incidents.*"]),
            ("reader-agent", ["logs.read"]),
            ("gateway", ["*"]),
            ("incidents", ["analytics.query"])),
        Methods = ["logs.read", "logs.debug.write", "analytics.query", "incidents.trigger", "incidents.summary.post", "incidents.get"],
    };

    public static PolicyEngine With(params ImmutableArray<PolicyRule> rules) => PolicyEngine.Compile(Document with { Rules = rules });

    public static PolicyRule Rule(string effect, string method, string pointer, ArgumentTest test) => new()
    {
        Id = "the-rule",
        Methods = [method],
        Effect = effect,
        Approvers = effect == "approve" ? ["sre"] : [],
        When = new PolicyCondition { Arguments = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create(pointer, test)]) },
    };

    public static PolicyRequest Request(
        string method, string group = "site-reliability", string? arguments = null, string[]? actors = null) => new()
        {
            Subject = "u-sam",
            Groups = [group],
            Scopes = [method],
            Actors = [.. actors ?? ["sample-agent"]],
            Method = method,
            Arguments = arguments is null ? default : Encoding.UTF8.GetBytes(arguments),
            Time = Noon,
        };

    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Map(params (string Key, string[] Values)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Values.ToImmutableArray(), StringComparer.Ordinal);
}
