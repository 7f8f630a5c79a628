using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace McpMesh.Configuration.Binding;

/// <summary>The YAML fields of a record type.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> s_shapes = new();
    private readonly Dictionary<string, RecordField> _fields;

    private RecordShape(Type type)
    {
        _fields = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .Select(property =>
                new RecordField(KeyOf(property), property, property.IsDefined(typeof(RequiredMemberAttribute), inherit: true)))
            .ToDictionary(field => field.Key, StringComparer.Ordinal);
    }

    public IEnumerable<RecordField> Fields => _fields.Values;

    public static RecordShape Of(Type type) => s_shapes.GetOrAdd(type, static type => new RecordShape(type));

    public RecordField? Find(string key) => _fields.GetValueOrDefault(key);

    private static string KeyOf(PropertyInfo property) =>
        property.GetCustomAttribute<YamlKeyAttribute>()?.Key ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
