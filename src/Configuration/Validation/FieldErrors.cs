using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>Takes errors by field and finds where the field was written, be it in the file or in its overlay.</summary>
internal sealed class FieldErrors
{
    private readonly ErrorCollector _errors;
    private readonly SourcePosition _root;
    private readonly Dictionary<string, SourcePosition> _positions = new(StringComparer.Ordinal);

    public FieldErrors(ErrorCollector errors, ConfigurationNode root)
    {
        _errors = errors;
        _root = root.Position;
        Index(root, FieldPath.Root);
    }

    public void Add(FieldPath field, string rule) => _errors.Add(PositionOf(field), field, rule);

    /// <summary>Reports <paramref name="rule"/> unless it holds.</summary>
    public void Require(bool holds, FieldPath field, string rule)
    {
        if (!holds)
            Add(field, rule);
    }

    // A field that is not written is shown where the nearest one around it is.
    private SourcePosition PositionOf(FieldPath field)
    {
        for (var text = field.Text; text.Length > 0; text = text[..Math.Max(0, text.AsSpan().LastIndexOfAny('.', '['))])
        {
            if (_positions.TryGetValue(text, out var position))
                return position;
        }

        return _root;
    }

    private void Index(ConfigurationNode node, FieldPath path)
    {
        switch (node)
        {
            case MapNode map:
                foreach (var entry in map.Entries)
                {
                    var field = path.Field(entry.Key);
                    // A value is shown itself; a section is shown at its name.
                    _positions[field.Text] = entry.Value is ScalarNode ? entry.Value.Position : entry.KeyPosition;
                    Index(entry.Value, field);
                }

                break;
            case ListNode list:
                foreach (var (index, item) in list.Items.Index())
                {
                    _positions[path.Item(index).Text] = item.Position;
                    Index(item, path.Item(index));
                }

                break;
        }
    }
}
