using System.Buffers;
using System.Diagnostics;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Metrics;

/// <summary>The metrics port: the text at <c>/</c> and <c>/metrics</c>, nothing else.</summary>
internal sealed class MetricsApi(SidecarMetrics metrics)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method is not ("GET" or "HEAD") || RequestTarget.PathOf(context) is not ("/" or "/metrics"))
        {
            await ApiResponse.PageNotFoundAsync(context);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        var text = new PrometheusText(buffer, metrics.AppId);
        metrics.Families.Write(text);
        WriteProcess(text);
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    private static void WriteProcess(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Write("process_resident_memory_bytes", "Resident memory size in bytes.", "gauge", process.WorkingSet64);
        text.Write(
            "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter",
            process.TotalProcessorTime.TotalSeconds);
        var started = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        text.Write("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", "gauge", started);
    }
}
