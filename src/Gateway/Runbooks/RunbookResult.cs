using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpMesh.Gateway.Durable;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Runbooks;

/// <summary>The result of a run as that of a tool: how each step ended, and the output.</summary>
internal static class RunbookResult
{
    private static readonly JsonSerializerOptions Members = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JsonRpcWriter.Options.Encoder,
    };

    /// <param name="steps">How each step ended that was begun, by id.</param>
    /// <param name="scope">What bindings of the output see.</param>
    /// <param name="failed">The step that failed; null when none did.</param>
    public static DurableResult Of(RunbookRun run, IReadOnlyDictionary<string, StepReport> steps, RunbookScope scope, string? failed)
    {
        var reason = failed is null ? null : $"Step {failed} ended as {steps[failed].Outcome}: {steps[failed].Reason}";
        string? output = null;
        if (reason is null && run.Definition.Output is { } template)
        {
            try
            {
                output = RunbookTemplate.Fill(template, scope);
            }
            catch (BindingException unbound)
            {
                reason = $"All steps were carried out, but output: {unbound.Message}";
            }
        }

        var result = Write(steps, output, reason);
        if (Encoding.UTF8.GetByteCount(result) > run.MostBytes)
        {
            reason ??= $"All steps were carried out, but the result exceeds the {run.MostBytes} bytes that are kept.";
            result = Write(null, null, reason);
        }

        return new DurableResult { Outcome = reason is null ? "success" : "failed", Result = result, Reason = reason };
    }

    private static string Write(IReadOnlyDictionary<string, StepReport>? steps, string? output, string? reason)
    {
        var structured = Structure(steps, output, reason);
        var result = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(result, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("resultType"u8, "complete"u8);
            json.WriteStartArray("content"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, structured);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WritePropertyName("structuredContent"u8);
            json.WriteRawValue(structured);
            if (reason is not null) json.WriteBoolean("isError"u8, true);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(result.WrittenSpan);
    }

    private static string Structure(IReadOnlyDictionary<string, StepReport>? steps, string? output, string? reason)
    {
        var structured = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(structured, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            if (reason is not null) json.WriteString("reason"u8, reason);
            if (steps is not null)
            {
                json.WritePropertyName("steps"u8);
                JsonSerializer.Serialize(json, steps, Members);
            }

            if (output is not null)
            {
                json.WritePropertyName("output"u8);
                json.WriteRawValue(output);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(structured.WrittenSpan);
    }
}
