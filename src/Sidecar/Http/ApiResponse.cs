using System.Buffers;
using System.Text.Json;

namespace McpMesh.Sidecar.Http;

/// <summary>Writes API answers.</summary>
internal static class ApiResponse
{
    public static void NoContent(HttpContext context) => context.Response.StatusCode = StatusCodes.Status204NoContent;

    /// <summary>What daprd's router says of a path that nothing serves.</summary>
    public static async Task PageNotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync("404 page not found\n"u8.ToArray(), context.RequestAborted);
    }

    public static async Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("errorCode", error.Code);
            json.WriteString("message", error.Message);
            if (error.Reason is not null) WriteDetails(json, error);
            json.WriteEndObject();
        }

        await WriteJsonAsync(context, buffer.WrittenMemory, error.Status);
    }

    public static async Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Builds a body with <paramref name="write"/> and sends it.</summary>
    public static async Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        await WriteJsonAsync(context, buffer.WrittenMemory, status);
    }

    private static void WriteDetails(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartArray("details");
        if (error.FieldViolation is { } violation)
        {
            json.WriteStartObject();
            json.WriteString("@type", "type.googleapis.com/google.rpc.BadRequest");
            json.WriteStartArray("field_violations");
            json.WriteStartObject();
            json.WriteString("field", violation.Field);
            json.WriteString("description", violation.Description);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (error.ResourceType is not null)
        {
            json.WriteStartObject();
            json.WriteString("@type", "type.googleapis.com/google.rpc.ResourceInfo");
            json.WriteString("resource_type", error.ResourceType);
            json.WriteString("resource_name", error.ResourceName);
            json.WriteString("owner", "");
            json.WriteString("description", error.ResourceDescription);
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        json.WriteString("domain", "dapr.io");
        json.WriteString("reason", error.Reason);
        WriteMetadata(json, error.Metadata);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            json.WriteNull("metadata");
            return;
        }

        json.WriteStartObject("metadata");
        foreach (var (key, value) in metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
