using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace McpMesh.Policy.Rights;

/// <summary>Roles, the groups that give them, and the rights of each combination of roles that was seen so far.</summary>
internal sealed class RoleTable
{
    // Groups that the policy does not name do not count, so the combinations are few; the bound is for a policy with very many groups.
    private const int MostCached = 4096;

    private readonly ImmutableArray<string> _names;
    private readonly ImmutableArray<BitSet> _methodsOfRole;
    private readonly FrozenDictionary<string, BitSet> _rolesOfGroup;
    private readonly MethodTable _methods;
    private readonly string _digest;
    private readonly ConcurrentDictionary<BitSet, RoleRights> _rights = new(RoleSetComparer.Instance);
    private readonly ConcurrentDictionary<BitSet, RoleRights>.AlternateLookup<ReadOnlySpan<ulong>> _rightsByWords;

    public RoleTable(PolicyDocument document, MethodTable methods, string digest)
    {
        _methods = methods;
        _digest = digest;
        _names = [.. document.Roles.Keys.Order(StringComparer.Ordinal)];
        _methodsOfRole = [.. _names.Select(name => methods.CoveredBy(document.Roles[name]))];
        _rolesOfGroup = document.Groups.ToFrozenDictionary(group => group.Key, group => SetOf(group.Value), StringComparer.Ordinal);
        _rightsByWords = _rights.GetAlternateLookup<ReadOnlySpan<ulong>>();
    }

    /// <summary>Whether there is such a role.</summary>
    public bool Has(string role) => _names.Contains(role);

    /// <summary>The names in a set of roles.</summary>
    public ImmutableArray<string> NamesIn(BitSet roles) => [.. _names.Where((_, index) => roles.Contains(index))];

    /// <summary>The set of the roles named.</summary>
    public BitSet SetOf(ImmutableArray<string> roles) => new(_names.Length, roles.Select(role => _names.IndexOf(role)));

    /// <summary>
    /// The rights that <paramref name="groups"/> give. Allocates only for a combination of roles seen for the first time.
    /// </summary>
    public RoleRights RightsOf(ImmutableArray<string> groups)
    {
        var size = BitSet.WordsFor(_names.Length);
        Span<ulong> words = size <= 32 ? stackalloc ulong[32] : new ulong[size];
        words = words[..size];
        words.Clear();
        foreach (var group in groups.AsSpan())
        {
            if (_rolesOfGroup.TryGetValue(group, out var roles))
                roles.AddTo(words);
        }

        return _rightsByWords.TryGetValue(words, out var known) ? known : Combine(words);
    }

    private RoleRights Combine(ReadOnlySpan<ulong> words)
    {
        var roles = new BitSet(words);
        var rights = new RoleRights(
            roles,
            [.. _names.Index().Where(role => roles.Contains(role.Index)).Select(role => (role.Item, _methodsOfRole[role.Index]))],
            _methods,
            _digest);
        return _rights.Count < MostCached ? _rights.GetOrAdd(roles, rights) : rights;
    }
}
