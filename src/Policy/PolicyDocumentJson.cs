using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace McpMesh.Policy;

/// <summary>
/// The one JSON form of a policy: members sorted by name, sets sorted and without repetition, rules in their order. Equal policies have
/// equal bytes and so an equal digest, whatever order they were written in.
/// </summary>
public static class PolicyDocumentJson
{
    private static readonly JsonTypeInfo<PolicyDocument> s_typeInfo = SortedTypeInfo();
    private static readonly ImmutableSortedDictionary<string, ArgumentTest> s_noArguments =
        ImmutableSortedDictionary<string, ArgumentTest>.Empty;
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> s_noEntries =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The canonical UTF-8 JSON: body of <c>GET /policy</c>.</summary>
    public static byte[] Serialize(PolicyDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return JsonSerializer.SerializeToUtf8Bytes(Canonicalize(document), s_typeInfo);
    }

    /// <summary>Reads a document; unknown members are refused, because a condition that is not understood must not be dropped.</summary>
    /// <exception cref="PolicyException">It is not a policy document.</exception>
    public static PolicyDocument Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var document = JsonSerializer.Deserialize(utf8, s_typeInfo) ?? throw new PolicyException("The policy document is null.");
            NullMembers.Refuse(document);
            return Canonicalize(document);
        }
        catch (JsonException malformed)
        {
            throw new PolicyException($"The policy document cannot be read: {malformed.Message}");
        }
    }

    /// <summary><c>sha256:</c> and the SHA-256 of canonical bytes in lower-case hex.</summary>
    public static string DigestOf(ReadOnlySpan<byte> canonical) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(canonical));

    // The source-generated reader leaves a member that is not written at null, whatever its initializer says; hence the defaults here.
    internal static PolicyDocument Canonicalize(PolicyDocument document) => document with
    {
        Roles = Sorted(document.Roles),
        Groups = Sorted(document.Groups),
        Actors = Sorted(document.Actors),
        Methods = (document.Methods ?? []).ToImmutableSortedSet(StringComparer.Ordinal),
        Rules = document.Rules.IsDefault ? [] : [.. document.Rules.Select(Sorted)],
    };

    private static PolicyRule Sorted(PolicyRule rule) =>
        rule with
        {
            Methods = Sorted(rule.Methods),
            When = Sorted(rule.When),
            Approvers = Sorted(rule.Approvers),
            Audit = rule.Audit ?? "strict",
        };

    private static PolicyCondition? Sorted(PolicyCondition? condition) => condition is null ? null : condition with
    {
        Arguments = (condition.Arguments ?? s_noArguments).ToImmutableSortedDictionary(
            argument => argument.Key,
            argument => argument.Value with { In = Sorted(argument.Value.In) },
            StringComparer.Ordinal),
        Clients = Sorted(condition.Clients),
        Acr = Sorted(condition.Acr),
        Roles = Sorted(condition.Roles),
    };

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Sorted(
        ImmutableSortedDictionary<string, ImmutableArray<string>>? map) =>
        (map ?? s_noEntries).ToImmutableSortedDictionary(entry => entry.Key, entry => Sorted(entry.Value), StringComparer.Ordinal);

    private static ImmutableArray<string> Sorted(ImmutableArray<string> set) =>
        set.IsDefault ? [] : [.. set.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static JsonTypeInfo<PolicyDocument> SortedTypeInfo()
    {
        var options = new JsonSerializerOptions(PolicyJsonContext.Default.Options)
        {
            TypeInfoResolver = PolicyJsonContext.Default.WithAddedModifier(static info =>
            {
                if (info.Kind != JsonTypeInfoKind.Object)
                    return;

                var byName = info.Properties.OrderBy(property => property.Name, StringComparer.Ordinal).ToList();
                info.Properties.Clear();
                foreach (var property in byName)
                    info.Properties.Add(property);
            }),
        };
        return (JsonTypeInfo<PolicyDocument>)options.GetTypeInfo(typeof(PolicyDocument));
    }
}
