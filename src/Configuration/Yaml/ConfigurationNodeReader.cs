using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace McpMesh.Configuration.Yaml;

/// <summary>
/// Builds the node tree of one file from the parser's events. Bounded in bytes, depth and nodes; anchors, aliases and tags are refused, so
/// no file can expand beyond its own size.
/// </summary>
internal sealed class ConfigurationNodeReader
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxDepth = 32;
    private const int MaxNodes = 50_000;
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _file;
    private readonly Interpolation _interpolation;
    private readonly ErrorCollector _errors;
    private readonly Parser _parser;
    private int _nodes;

    private ConfigurationNodeReader(string file, string text, Interpolation interpolation, ErrorCollector errors)
    {
        _file = file;
        _interpolation = interpolation;
        _errors = errors;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The root of the file; null when it is empty or could not be read (reported).</summary>
    public static ConfigurationNode? Read(string file, Interpolation interpolation, ErrorCollector errors)
    {
        if (ReadText(file, errors) is not { } text)
            return null;

        try
        {
            return new ConfigurationNodeReader(file, text, interpolation, errors).ReadDocument();
        }
        catch (YamlException malformed)
        {
            var message = malformed is RefusedYamlException ? malformed.Message : $"not valid YAML: {malformed.Message}";
            errors.Add(PositionOf(file, malformed.Start), FieldPath.Root, message);
            return null;
        }
    }

    private static string? ReadText(string file, ErrorCollector errors)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaxBytes)
            {
                errors.Add(new SourcePosition(file, 0, 1), FieldPath.Root, $"the file is larger than {MaxBytes} bytes");
                return null;
            }

            using var reader = new StreamReader(stream, s_strictUtf8);
            return reader.ReadToEnd();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add(new SourcePosition(file, 0, 1), FieldPath.Root, $"the file cannot be read: {unreadable.Message}");
        }
        catch (DecoderFallbackException)
        {
            errors.Add(new SourcePosition(file, 0, 1), FieldPath.Root, "the file is not UTF-8 text");
        }

        return null;
    }

    private ConfigurationNode? ReadDocument()
    {
        Next<StreamStart>();
        if (!_parser.MoveNext() || _parser.Current is StreamEnd)
            return null;

        _parser.MoveNext();
        var root = ReadNode(FieldPath.Root, depth: 1);
        Next<DocumentEnd>();
        if (_parser.MoveNext() && _parser.Current is DocumentStart second)
            throw new RefusedYamlException(second.Start, second.End, "one file holds one document; remove '---' and what follows");

        return root is ScalarNode { IsNull: true } ? null : root;
    }

    /// <summary>Reads the node whose event is current; leaves its last event current.</summary>
    private ConfigurationNode ReadNode(FieldPath path, int depth)
    {
        var current = _parser.Current!;
        if (++_nodes > MaxNodes)
            throw new RefusedYamlException(current.Start, current.End, $"the file holds more than {MaxNodes} values");

        if (depth > MaxDepth)
            throw new RefusedYamlException(current.Start, current.End, $"nested deeper than {MaxDepth} levels");

        if (current is AnchorAlias)
            throw new RefusedYamlException(current.Start, current.End, "aliases are not supported; write the value out");

        if (current is NodeEvent { Anchor.IsEmpty: false })
            throw new RefusedYamlException(current.Start, current.End, "anchors are not supported; write the value out where it is needed");

        if (current is NodeEvent { Tag.IsEmpty: false } tagged && tagged.Tag.ToString() != "!")
            throw new RefusedYamlException(current.Start, current.End, $"the tag '{tagged.Tag}' is not supported");

        return current switch
        {
            Scalar scalar => ReadScalar(scalar, path),
            SequenceStart start => ReadList(start, path, depth),
            MappingStart start => ReadMap(start, path, depth),
            _ => throw new RefusedYamlException(current.Start, current.End, "a value was expected here"),
        };
    }

    private ScalarNode ReadScalar(Scalar scalar, FieldPath path)
    {
        var position = PositionOf(_file, scalar.Start);
        var (text, error) = _interpolation.Apply(scalar.Value);
        if (error is not null)
            _errors.Add(position, path, error);

        return new ScalarNode(position, text, scalar.Style is ScalarStyle.Plain && scalar.Value == text, error is not null);
    }

    private ListNode ReadList(SequenceStart start, FieldPath path, int depth)
    {
        var items = new List<ConfigurationNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
            items.Add(ReadNode(path.Item(items.Count), depth + 1));

        return new ListNode(PositionOf(_file, start.Start), items);
    }

    private MapNode ReadMap(MappingStart start, FieldPath path, int depth)
    {
        var entries = new List<MapEntry>();
        var seen = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var keyEvent = _parser.Current!;
            if (keyEvent is not Scalar { Anchor.IsEmpty: true } key)
                throw new RefusedYamlException(keyEvent.Start, keyEvent.End, "a key must be a plain name");

            var position = PositionOf(_file, key.Start);
            var field = path.Field(key.Value);
            _parser.MoveNext();
            var value = ReadNode(field, depth + 1);
            if (seen.TryAdd(key.Value, position))
                entries.Add(new MapEntry(key.Value, position, value));
            else
                _errors.Add(position, field, $"is given twice; first on line {seen[key.Value].Line}");
        }

        return new MapNode(PositionOf(_file, start.Start), entries);
    }

    private void Next<TEvent>() where TEvent : ParsingEvent
    {
        _parser.MoveNext();
        if (_parser.Current is not TEvent)
        {
            var at = _parser.Current;
            throw new RefusedYamlException(at?.Start ?? Mark.Empty, at?.End ?? Mark.Empty, "the document does not end where it should");
        }
    }

    private static SourcePosition PositionOf(string file, Mark mark) => new(file, (int)mark.Line, (int)mark.Column);
}
