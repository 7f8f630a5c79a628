using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dapr.AspNetCore;

/// <summary>Replaces a request body of type <c>application/cloudevents+json</c> by the event's data.</summary>
internal sealed class CloudEventsMiddleware(RequestDelegate next, CloudEventsMiddlewareOptions options)
{
    private const string CloudEventMediaType = "application/cloudevents+json";
    private const string JsonMediaType = "application/json";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsCloudEvent(context.Request.ContentType))
        {
            await next(context);
            return;
        }
        JsonDocument envelope;
        try
        {
            envelope = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        }
        catch (JsonException)
        {
            await RefuseAsync(context, "The body is not a CloudEvent: it is not JSON.");
            return;
        }
        using (envelope)
        {
            if (!TryUnwrap(envelope.RootElement, out var contentType, out var data, out var error))
            {
                await RefuseAsync(context, error);
                return;
            }
            var request = context.Request;
            var original = (request.Body, request.ContentType, request.ContentLength);
            using var body = new MemoryStream(data, writable: false);
            (request.Body, request.ContentType, request.ContentLength) = (body, contentType, data.Length);
            try
            {
                await next(context);
            }
            finally
            {
                (request.Body, request.ContentType, request.ContentLength) = original;
            }
        }
    }

    private bool TryUnwrap(JsonElement envelope, out string? contentType, out byte[] data, out string error)
    {
        (contentType, data, error) = (null, [], string.Empty);
        if (envelope.ValueKind != JsonValueKind.Object)
        {
            error = "The body is not a CloudEvent: it is not a JSON object.";
            return false;
        }
        var hasData = envelope.TryGetProperty("data"u8, out var inline);
        var hasBinary = envelope.TryGetProperty("data_base64"u8, out var binary);
        if (hasData && hasBinary)
        {
            error = "A CloudEvent has data or data_base64, not both.";
            return false;
        }
        if (!hasData && !hasBinary) return true;
        contentType = envelope.TryGetProperty("datacontenttype"u8, out var declared) && declared.ValueKind == JsonValueKind.String
            ? declared.GetString()! : JsonMediaType;
        var isJson = IsJson(contentType, out contentType);
        if (hasBinary)
        {
            if (binary.ValueKind == JsonValueKind.String && binary.TryGetBytesFromBase64(out data!)) return true;
            (data, error) = ([], "data_base64 of the CloudEvent is not base64.");
            return false;
        }
        var isText = !isJson && inline.ValueKind == JsonValueKind.String && !options.SuppressJsonDecodingOfTextPayloads;
        data = isText ? Encoding.UTF8.GetBytes(inline.GetString()!) : JsonMarshal.GetRawUtf8Value(inline).ToArray();
        // Embedded JSON has the envelope's encoding, whatever charset the publisher declared.
        if (!isText && !isJson) contentType = JsonMediaType;
        return true;
    }

    private static bool IsCloudEvent(string? contentType) =>
        contentType is not null
        && MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(CloudEventMediaType, StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string contentType, out string withoutCharset)
    {
        withoutCharset = contentType;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        type.Charset = default;
        withoutCharset = type.ToString();
        return type.MediaType.Equals(JsonMediaType, StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
    }

    private static Task RefuseAsync(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }
}
