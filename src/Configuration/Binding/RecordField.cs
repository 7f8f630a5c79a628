using System.Reflection;

namespace McpMesh.Configuration.Binding;

/// <summary>One field of a record: its YAML key and the property that takes it.</summary>
internal sealed record RecordField(string Key, PropertyInfo Property, bool IsRequired)
{
    private static readonly NullabilityInfoContext s_nullability = new();
    private readonly bool _isNullable = ReadNullability(Property);

    /// <summary>True when an empty value means null.</summary>
    public bool IsNullable => _isNullable;

    private static bool ReadNullability(PropertyInfo property)
    {
        // NullabilityInfoContext is not safe for concurrent use.
        lock (s_nullability)
            return s_nullability.Create(property).WriteState == NullabilityState.Nullable;
    }
}
