using System.Buffers;

namespace McpMesh.Adapters.Mcp;

/// <summary>Reads a request body up to a bound.</summary>
internal static class BoundedBody
{
    /// <summary>The whole body; null when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes) return null;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > maxBytes) return null;
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray(); // the only copy: it outlives the pipe's buffers
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
