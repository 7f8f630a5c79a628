using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>
/// Refuses a JSON <c>null</c> where an item of a set, a map or a list should stand: the deserializer lets it through whatever the
/// annotations say, and a rule that is null must be neither obeyed nor passed over.
/// </summary>
internal static class NullMembers
{
    /// <exception cref="PolicyException">Names the field.</exception>
    public static void Refuse(PolicyDocument document)
    {
        Refuse(document.Roles, "roles");
        Refuse(document.Groups, "groups");
        Refuse(document.Actors, "actors");
        Refuse(document.Methods, "methods");
        if (document.Rules.IsDefault) return;
        foreach (var rule in document.Rules) Refuse(rule ?? throw Null("rules"));
    }

    private static void Refuse(PolicyRule rule)
    {
        Refuse(Items(rule.Methods), $"rules.{rule.Id}.methods");
        Refuse(Items(rule.Approvers), $"rules.{rule.Id}.approvers");
        if (rule.When is not { } condition) return;
        var field = $"rules.{rule.Id}.when";
        Refuse(Items(condition.Clients), $"{field}.clients");
        Refuse(Items(condition.Acr), $"{field}.acr");
        Refuse(Items(condition.Roles), $"{field}.roles");
        foreach (var (pointer, test) in condition.Arguments ?? ImmutableSortedDictionary<string, ArgumentTest>.Empty)
            Refuse(Items((test ?? throw Null($"{field}.arguments.{pointer}")).In), $"{field}.arguments.{pointer}.in");
    }

    private static void Refuse(ImmutableSortedDictionary<string, ImmutableArray<string>>? map, string field)
    {
        foreach (var (name, values) in map ?? ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty)
            Refuse(Items(values), $"{field}.{name}");
    }

    private static void Refuse(IEnumerable<string>? values, string field)
    {
        if (values?.Any(value => value is null) == true) throw Null(field);
    }

    private static ImmutableArray<string> Items(ImmutableArray<string> values) => values.IsDefault ? [] : values;

    private static PolicyException Null(string field) => new($"{field}: null is no value here");
}
