using System.Text.Json;

namespace Dapr.Client;

/// <summary>Request bodies of the state API.</summary>
internal static class StateBody
{
    internal static PooledJsonContent Save<TValue>(IReadOnlyList<SaveStateItem<TValue>> items, JsonSerializerOptions json)
    {
        var content = new PooledJsonContent();
        var writer = content.Writer;
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, item.Key);
            writer.WritePropertyName("value"u8);
            JsonSerializer.Serialize(writer, item.Value, json);
            Extras(writer, item.ETag, item.StateOptions, item.Metadata);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.Flush();
        return content;
    }

    internal static PooledJsonContent BulkGet(IReadOnlyList<string> keys, int? parallelism, IReadOnlyDictionary<string, string>? metadata)
    {
        var content = new PooledJsonContent();
        var writer = content.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        foreach (var key in keys) writer.WriteStringValue(key);
        writer.WriteEndArray();
        if (parallelism is { } degree) writer.WriteNumber("parallelism"u8, degree);
        Metadata(writer, metadata);
        writer.WriteEndObject();
        writer.Flush();
        return content;
    }

    internal static PooledJsonContent Transaction(
        IReadOnlyList<StateTransactionRequest> operations, IReadOnlyDictionary<string, string>? metadata)
    {
        var content = new PooledJsonContent();
        var writer = content.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("operations"u8);
        foreach (var operation in operations)
        {
            writer.WriteStartObject();
            writer.WriteString("operation"u8, StateWords.Of(operation.OperationType ?? StateOperationType.Upsert));
            writer.WriteStartObject("request"u8);
            writer.WriteString("key"u8, operation.Key);
            if (operation.Value is { Length: > 0 } value)
            {
                writer.WritePropertyName("value"u8);
                writer.WriteRawValue(value);
            }
            Extras(writer, operation.ETag, operation.Options, operation.Metadata);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        Metadata(writer, metadata);
        writer.WriteEndObject();
        writer.Flush();
        return content;
    }

    private static void Extras(
        Utf8JsonWriter writer, string? etag, StateOptions? options, IReadOnlyDictionary<string, string>? metadata)
    {
        if (etag is not null) writer.WriteString("etag"u8, etag);
        if (options is not null)
        {
            writer.WriteStartObject("options"u8);
            if (options.Concurrency is { } concurrency) writer.WriteString("concurrency"u8, StateWords.Of(concurrency));
            if (options.Consistency is { } consistency) writer.WriteString("consistency"u8, StateWords.Of(consistency));
            writer.WriteEndObject();
        }
        Metadata(writer, metadata);
    }

    private static void Metadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 }) return;
        writer.WriteStartObject("metadata"u8);
        foreach (var (name, value) in metadata) writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
