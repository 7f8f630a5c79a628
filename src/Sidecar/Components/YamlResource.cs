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

    public string Require(YamlMappingNode parent, string field) =>
        Text(parent, field) is { Length: > 0 } value ? value : throw Missing(parent, field);

    public StartupException Invalid(YamlNode at, string problem) => new($"{At(at)}: {problem}");

    private StartupException Missing(YamlMappingNode parent, string field) => Invalid(parent, $"field '{field}' is required");
}
