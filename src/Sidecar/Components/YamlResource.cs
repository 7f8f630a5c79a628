using System.Globalization;
using McpMesh.Sidecar.Hosting;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Components;

/// <summary>One YAML document of a resource file, read by hand so that every error names file, line and field.</summary>
internal sealed class YamlResource(string file, YamlMappingNode node)
{
    public string Source => At(node);

    public string Kind => Text(node, "kind") ?? throw Missing(node, "kind");

    public YamlMappingNode Root => node;

    /// <summary>Reads every document of a file; empty documents are left out.</summary>
    /// <exception cref="StartupException">The file is not YAML, or a document is not a mapping.</exception>
    public static IReadOnlyList<YamlResource> ReadFile(string file)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(file);
            stream.Load(reader);
        }
        catch (YamlException error)
        {
            throw new StartupException($"{file}:{error.Start.Line}: not valid YAML: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file}: cannot be read: {error.Message}");
        }

        var resources = new List<YamlResource>();
        foreach (var document in stream.Documents)
        {
            switch (document.RootNode)
            {
                case YamlMappingNode mapping:
                    resources.Add(new YamlResource(file, mapping));
                    break;
                case YamlScalarNode { Value: null or "" }:
                    break;
                default:
                    throw new StartupException(
                        $"{file}:{document.RootNode.Start.Line}: a resource must be a mapping with apiVersion and kind");
            }
        }

        return resources;
    }

    public string At(YamlNode at) => $"{file}:{at.Start.Line}";

    public static YamlNode? Find(YamlMappingNode parent, string field) =>
        parent.Children.TryGetValue(new YamlScalarNode(field), out var value) && value is not YamlScalarNode { Value: null or "~" }
            ? value
            : null;

    public YamlMappingNode? Mapping(YamlMappingNode parent, string field) => Find(parent, field) switch
    {
        null => null,
        YamlMappingNode mapping => mapping,
        var other => throw Invalid(other, $"{field} must be a mapping"),
    };

    public IEnumerable<YamlNode> Items(YamlMappingNode parent, string field) => Find(parent, field) switch
    {
        null => [],
        YamlSequenceNode sequence => sequence.Children,
        var other => throw Invalid(other, $"{field} must be a list"),
    };

    public IEnumerable<YamlMappingNode> Mappings(YamlMappingNode parent, string field) =>
        Items(parent, field).Select(item => item as YamlMappingNode ?? throw Invalid(item, $"every item of {field} must be a mapping"));

    public IReadOnlyList<string> Texts(YamlMappingNode parent, string field) =>
        [.. Items(parent, field)
            .Select(item => (item as YamlScalarNode)?.Value ?? throw Invalid(item, $"every item of {field} must be text"))];

    public string? Text(YamlMappingNode parent, string field) => Find(parent, field) switch
    {
        null => null,
        YamlScalarNode scalar => scalar.Value,
        var other => throw Invalid(other, $"{field} must be text"),
    };

    public bool? Boolean(YamlMappingNode parent, string field) => Find(parent, field) switch
    {
        null => null,
        YamlScalarNode { Value: "true" } => true,
        YamlScalarNode { Value: "false" } => false,
        var other => throw Invalid(other, $"{field} must be true or false"),
    };

    public int? Number(YamlMappingNode parent, string field, int least) => Find(parent, field) switch
    {
        null => null,
        YamlScalarNode scalar when int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least => number,
        var other => throw Invalid(other, $"{field} must be a whole number from {least}"),
    };

    public TimeSpan? Duration(YamlMappingNode parent, string field) => Find(parent, field) switch
    {
        null => null,
        YamlScalarNode scalar when GoDuration.TryParse(scalar.Value ?? "", out var duration) && duration >= TimeSpan.Zero => duration,
        var other => throw Invalid(other, $"{field} must be a duration such as 5s or 1m30s"),
    };

    /// <summary>The fields of a mapping whose names are the user's own.</summary>
    public IEnumerable<(string Name, YamlNode Value)> Entries(YamlMappingNode parent) =>
        parent.Children.Select(child =>
            ((child.Key as YamlScalarNode)?.Value ?? throw Invalid(child.Key, "a name must be text"), child.Value));

    /// <summary>A field that nobody reads is a typo of one that somebody does.</summary>
    /// <param name="path">Where <paramref name="parent"/> stands, as <c>spec.metadata</c>; empty for the document.</param>
    public void RefuseOthers(YamlMappingNode parent, string path, params ReadOnlySpan<string> fields)
    {
        foreach (var (name, _) in Entries(parent))
        {
            if (fields.Contains(name)) continue;
            var key = parent.Children.Keys.First(key => ((YamlScalarNode)key).Value == name);
            var field = path.Length == 0 ? name : $"{path}.{name}";
            throw Invalid(key, $"unknown field '{field}'; known here are {string.Join(", ", fields.ToArray())}");
        }
    }

    public string Require(YamlMappingNode parent, string field) =>
        Text(parent, field) is { Length: > 0 } value ? value : throw Missing(parent, field);

    public StartupException Invalid(YamlNode at, string problem) => new($"{At(at)}: {problem}");

    private StartupException Missing(YamlMappingNode parent, string field) => Invalid(parent, $"field '{field}' is required");
}
