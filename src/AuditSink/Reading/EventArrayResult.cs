using System.Buffers;
using System.Net.Mime;

namespace McpMesh.AuditSink.Reading;

/// <summary>Writes stored events as a JSON array, byte for byte as they were recorded.</summary>
internal sealed class EventArrayResult(IReadOnlyList<byte[]> events) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = MediaTypeNames.Application.Json;
        var body = httpContext.Response.BodyWriter;
        body.Write("["u8);
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0) body.Write(",\n"u8);
            await body.WriteAsync(events[i], httpContext.RequestAborted);
        }
        body.Write("]\n"u8);
        await body.FlushAsync(httpContext.RequestAborted);
    }
}
