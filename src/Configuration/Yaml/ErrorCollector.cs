using System.Collections.Immutable;

namespace McpMesh.Configuration.Yaml;

/// <summary>Gathers the errors of one load; bounded, so that a hostile file cannot make a hostile report.</summary>
internal sealed class ErrorCollector
{
    private const int Most = 100;
    private readonly List<MeshConfigurationError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    public void Add(SourcePosition position, FieldPath field, string rule)
    {
        if (_errors.Count < Most)
            _errors.Add(new MeshConfigurationError(position.File, position.Line, position.Column, field.ToString(), rule));
    }

    /// <summary>True when an error stands at or below one of the top-level <paramref name="sections"/>.</summary>
    public bool Touches(IEnumerable<string> sections) =>
        sections.Any(section => _errors.Exists(error => Top(error.Field) == section));

    /// <summary>All errors, in file order.</summary>
    public ImmutableArray<MeshConfigurationError> InFileOrder(IReadOnlyList<string> files)
    {
        var order = files.Index().ToDictionary(file => file.Item, file => file.Index, StringComparer.Ordinal);
        return
        [
            .. _errors.Distinct().OrderBy(error => order.GetValueOrDefault(error.File)).ThenBy(error => error.Line)
            .ThenBy(error => error.Column),
        ];
    }

    private static string Top(string field)
    {
        var end = field.AsSpan().IndexOfAny('.', '[');
        return end < 0 ? field : field[..end];
    }
}
