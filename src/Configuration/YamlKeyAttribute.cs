namespace McpMesh.Configuration;

/// <summary>The YAML key of a property where it is not the property's name in camelCase.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class YamlKeyAttribute(string key) : Attribute
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;
}
