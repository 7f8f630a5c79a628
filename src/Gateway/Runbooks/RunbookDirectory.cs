using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Runbooks;

/// <summary>The runbooks of mesh.yaml, prepared once.</summary>
internal sealed class RunbookDirectory
{
    private static readonly JsonElement NoInput = JsonElement.Parse("""{"type":"object","additionalProperties":false}""");

    private readonly FrozenDictionary<string, RunbookTool> _byMethod;

    public RunbookDirectory(MeshConfiguration mesh)
    {
        All = [.. mesh.Runbooks.Select(runbook => Create(runbook.Key, runbook.Value))];
        _byMethod = All.ToFrozenDictionary(runbook => runbook.Method, StringComparer.Ordinal);
    }

    /// <summary>All runbooks, by name.</summary>
    public ImmutableArray<RunbookTool> All { get; }

    /// <param name="method"><c>runbooks.{name}</c>.</param>
    public RunbookTool? Find(string method) => _byMethod.GetValueOrDefault(method);

    private static RunbookTool Create(string name, RunbookConfiguration definition)
    {
        var method = RunbookConfiguration.MethodOf(name);
        var schema = definition.Input ?? NoInput;
        var calls = definition.Steps.SelectMany(step => new[] { step.Call, step.Compensate?.Call }).OfType<string>();
        string[] methods = [method, .. calls.Distinct(StringComparer.Ordinal)];
        return new RunbookTool(name, method, definition, schema, methods, Describe(method, definition, schema));
    }

    private static McpListItem Describe(string method, RunbookConfiguration definition, JsonElement schema)
    {
        var item = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(item, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, method);
            if (definition.Description.Length > 0) json.WriteString("description"u8, definition.Description);
            json.WritePropertyName("inputSchema"u8);
            schema.WriteTo(json);
            json.WriteStartObject("annotations"u8);
            json.WriteBoolean("readOnlyHint"u8, false);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new McpListItem(item.WrittenMemory, method, default);
    }
}
