using System.Collections.Frozen;
using System.Collections.Immutable;

namespace McpMesh.Policy.Rights;

/// <summary>Every method that there is, numbered.</summary>
internal sealed class MethodTable
{
    private readonly FrozenDictionary<string, int> _indexes;
    private readonly FrozenDictionary<string, ImmutableArray<int>> _byServer;

    public MethodTable(IEnumerable<string> methods)
    {
        Names = [.. methods.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _indexes = Names.Index().ToFrozenDictionary(method => method.Item, method => method.Index, StringComparer.Ordinal);
        _byServer = Names.Index()
            .GroupBy(method => method.Item[..method.Item.IndexOf('.')], method => method.Index, StringComparer.Ordinal)
            .ToFrozenDictionary(server => server.Key, server => server.ToImmutableArray(), StringComparer.Ordinal);
    }

    public ImmutableArray<string> Names { get; }

    public bool TryFind(string method, out int index) => _indexes.TryGetValue(method, out index);

    /// <summary>The methods of a server, sorted by name.</summary>
    public ImmutableArray<int> OfServer(string server) => _byServer.TryGetValue(server, out var methods) ? methods : [];

    /// <summary>The methods that any of <paramref name="scopes"/> covers.</summary>
    public BitSet CoveredBy(ImmutableArray<string> scopes) =>
        new(Names.Length,
            Names.Index().Where(method => scopes.Any(scope => ScopePattern.Covers(scope, method.Item))).Select(method => method.Index));
}
