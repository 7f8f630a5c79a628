namespace McpMesh.Policy.Arguments;

/// <summary>
/// One step of the pointers of a method's rules, merged into a tree so that one pass over the arguments finds all values.
/// </summary>
internal sealed class PointerNode
{
    private readonly Dictionary<string, PointerNode> _children = new(StringComparer.Ordinal);

    /// <summary>Slot for the value that stands here; -1 when no pointer ends here.</summary>
    public int Slot { get; private set; } = -1;

    public void Add(JsonPointer pointer, int slot)
    {
        var node = this;
        foreach (var token in pointer.Tokens)
        {
            if (!node._children.TryGetValue(token, out var child))
                node._children.Add(token, child = new PointerNode());

            node = child;
        }

        node.Slot = slot;
    }

    public PointerNode? Member(string name) => _children.GetValueOrDefault(name);

    /// <summary>The step into an array element: decimal without leading zeros (RFC 6901 section 4).</summary>
    public PointerNode? Element(int index) =>
        _children.Count == 0 ? null : _children.GetValueOrDefault(index.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
