using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Configuration.Binding;

/// <summary>Tells a JSON null from a value that is not given, where both mean something.</summary>
internal sealed class NullableValueConverter : JsonConverter<JsonElement?>
{
    public override bool HandleNull => true;

    public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options)
    {
        if (value is { } given) given.WriteTo(writer);
        else writer.WriteNullValue();
    }
}
