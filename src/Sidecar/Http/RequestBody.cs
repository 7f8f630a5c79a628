using System.Buffers;

namespace McpMesh.Sidecar.Http;

/// <summary>A whole request body in pooled memory, for the building blocks that need all of it.</summary>
internal readonly struct RequestBody(byte[] buffer, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>Reads to the end. Kestrel enforces --max-body-size while it reads.</summary>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        var stream = context.Request.Body;
        var size = context.Request.ContentLength is { } announced and < 1 << 26 ? (int)announced + 1 : 4096;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, 256));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
                if (read == 0) return new RequestBody(buffer, length);
                length += read;
                if (length < buffer.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
