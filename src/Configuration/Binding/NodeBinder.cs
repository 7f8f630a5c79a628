using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Binding;

/// <summary>
/// Binds a node tree to records with <c>init</c> properties, <see cref="ImmutableArray{T}"/>,
/// <see cref="ImmutableSortedDictionary{TKey,TValue}"/>, scalars, and <see cref="JsonElement"/> for what is free in form. Reports every
/// error and goes on; after an error the result is unusable.
/// </summary>
internal sealed class NodeBinder(ErrorCollector errors)
{
    private static readonly MethodInfo s_toArray = OpenMethod(nameof(ToArray));
    private static readonly MethodInfo s_toDictionary = OpenMethod(nameof(ToDictionary));

    /// <summary>The value of <paramref name="node"/>; null after an error.</summary>
    public object? Bind(Type type, ConfigurationNode node, FieldPath path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (node is ScalarNode { IsBroken: true })
            return null;

        if (type == typeof(JsonElement))
            return JsonValueReader.Read(node);

        if (ScalarReader.Reads(type))
            return BindScalar(type, node, path);

        if (IsOpen(type, typeof(ImmutableArray<>)))
            return BindList(type.GenericTypeArguments[0], node, path);

        if (IsOpen(type, typeof(ImmutableSortedDictionary<,>)) && type.GenericTypeArguments[0] == typeof(string))
            return BindDictionary(type.GenericTypeArguments[1], node, path);

        return BindRecord(type, node, path);
    }

    /// <summary>Binds an empty file: nothing but missing fields.</summary>
    public object? BindEmpty(Type type, string file) =>
        BindRecord(type, new MapNode(new SourcePosition(file, 1, 1), []), FieldPath.Root);

    private object? BindScalar(Type type, ConfigurationNode node, FieldPath path)
    {
        if (node is not ScalarNode { IsNull: false } scalar)
            return Wrong(node, path, "must be a single value");

        var (value, error) = ScalarReader.Read(type, scalar.Text);
        if (error is not null)
            errors.Add(node.Position, path, error);

        return value;
    }

    private object? BindList(Type itemType, ConfigurationNode node, FieldPath path)
    {
        if (node is not ListNode list)
            return Wrong(node, path, "must be a list (write [] for none)");

        var items = list.Items.Select((item, index) => Bind(itemType, item, path.Item(index))).ToList();
        return items.Contains(null) ? null : s_toArray.MakeGenericMethod(itemType).Invoke(null, [items]);
    }

    private object? BindDictionary(Type valueType, ConfigurationNode node, FieldPath path)
    {
        if (node is not MapNode map)
            return Wrong(node, path, "must be a mapping (write {} for none)");

        var values = map.Entries.ToDictionary(
            entry => entry.Key, entry => Bind(valueType, entry.Value, path.Field(entry.Key)), StringComparer.Ordinal);
        return values.ContainsValue(null) ? null : s_toDictionary.MakeGenericMethod(valueType).Invoke(null, [values]);
    }

    private object? BindRecord(Type type, ConfigurationNode node, FieldPath path)
    {
        if (node is not MapNode map)
            return Wrong(node, path, "must be a mapping");

        // The parameterless constructor runs the initializers, which are the defaults of the fields that are not given.
        var record = Activator.CreateInstance(type)!;
        var shape = RecordShape.Of(type);
        foreach (var entry in map.Entries)
            BindField(record, shape, entry, path);

        foreach (var missing in shape.Fields.Where(field => field.IsRequired && map.Find(field.Key) is null))
            errors.Add(map.Position, path.Field(missing.Key), "is required and missing");

        return record;
    }

    private void BindField(object record, RecordShape shape, MapEntry entry, FieldPath path)
    {
        var fieldPath = path.Field(entry.Key);
        if (shape.Find(entry.Key) is not { } field)
        {
            var nearest = NearestName.Of(entry.Key, shape.Fields.Select(known => known.Key));
            var known = string.Join(", ", shape.Fields.Select(known => known.Key).Order(StringComparer.Ordinal));
            errors.Add(entry.KeyPosition, fieldPath,
                nearest is null ? $"unknown field; known are: {known}" : $"unknown field; did you mean '{nearest}'?");
            return;
        }

        // For a value that is free in form null is a value too.
        if (entry.Value is ScalarNode { IsNull: true } && field.IsNullable && field.Property.PropertyType != typeof(JsonElement?))
            field.Property.SetValue(record, null);
        else if (Bind(field.Property.PropertyType, entry.Value, fieldPath) is { } value)
            field.Property.SetValue(record, value);
    }

    private object? Wrong(ConfigurationNode node, FieldPath path, string rule)
    {
        errors.Add(node.Position, path, $"{rule}, is {node.Describe()}");
        return null;
    }

    private static bool IsOpen(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;

    private static MethodInfo OpenMethod(string name) => typeof(NodeBinder).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static ImmutableArray<T> ToArray<T>(IList items) => [.. items.Cast<T>()];

    private static ImmutableSortedDictionary<string, T> ToDictionary<T>(Dictionary<string, object?> values) =>
        values.ToImmutableSortedDictionary(pair => pair.Key, pair => (T)pair.Value!, StringComparer.Ordinal);
}
