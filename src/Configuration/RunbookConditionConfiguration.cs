using System.Text.Json;
using System.Text.Json.Serialization;
using McpMesh.Configuration.Binding;

namespace McpMesh.Configuration;

/// <summary>Section <c>when</c> of a step; all parts that are given must hold.</summary>
public sealed record RunbookConditionConfiguration
{
    /// <summary>JSON Pointer to the value.</summary>
    public required string From { get; init; }

    /// <summary>It equals this (YAML key <c>equals</c>).</summary>
    [YamlKey("equals")]
    [JsonConverter(typeof(NullableValueConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? EqualTo { get; init; }

    /// <summary>It does not equal this; an absent value equals nothing.</summary>
    [JsonConverter(typeof(NullableValueConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Not { get; init; }

    /// <summary>It is there (true) or absent (false).</summary>
    public bool? Exists { get; init; }
}
