using System.Text.Json;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Secrets;

/// <summary>
/// <c>secretstores.local.file</c>: a JSON file, read once at the start. Nested objects become names joined by nestedSeparator, or, with
/// multiValued, the keys of one secret.
/// </summary>
internal sealed class LocalFileSecretStore : ISecretStore
{
    private readonly Dictionary<string, Dictionary<string, string>> _secrets = new(StringComparer.Ordinal);
    private readonly string _separator;
    private readonly bool _multiValued;

    private LocalFileSecretStore(JsonElement root, string separator, bool multiValued)
    {
        _separator = separator;
        _multiValued = multiValued;
        foreach (var property in root.EnumerateObject()) Add(property.Name, property.Value);
    }

    public IEnumerable<string> Names => _secrets.Keys;

    /// <exception cref="StartupException">The file is missing or not a JSON object.</exception>
    public static LocalFileSecretStore Open(Component component)
    {
        var file = component.Require("secretsFile");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw component.Invalid($"{file} must hold a JSON object");
            var separator = component.Find("nestedSeparator") is { Length: > 0 } given ? given : ":";
            return new LocalFileSecretStore(document.RootElement, separator, component.Find("multiValued") is "true");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw component.Invalid($"secretsFile {file} cannot be read: {error.Message}");
        }
        catch (JsonException error)
        {
            // The message of a JSON error can quote the text around it: only the place is told.
            throw component.Invalid($"secretsFile {file}:{error.LineNumber + 1}: not valid JSON");
        }
    }

    public IReadOnlyDictionary<string, string>? Find(string name) => _secrets.GetValueOrDefault(name);

    private void Add(string name, JsonElement value)
    {
        if (_multiValued && value.ValueKind == JsonValueKind.Object)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            Flatten("", value, (key, text) => values[key] = text);
            _secrets[name] = values;
            return;
        }

        Flatten(name, value, (key, text) => _secrets[key] = new(StringComparer.Ordinal) { [key] = text });
    }

    private void Flatten(string name, JsonElement value, Action<string, string> add)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject()) Flatten(Join(name, property.Name), property.Value, add);
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index()) Flatten(Join(name, $"{index}"), item, add);
                break;
            case JsonValueKind.String:
                add(name, value.GetString()!);
                break;
            default:
                add(name, value.GetRawText());
                break;
        }
    }

    private string Join(string parent, string name) => parent.Length == 0 ? name : parent + _separator + name;
}
