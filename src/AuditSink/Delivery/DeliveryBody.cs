using System.Buffers;

namespace McpMesh.AuditSink.Delivery;

/// <summary>The whole body of a delivery in one piece of pooled memory: events are kept as slices of it until they are stored.</summary>
internal readonly struct DeliveryBody(byte[] buffer, int length) : IDisposable
{
    private const int FirstSize = 64 * 1024;

    internal ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    internal static async Task<DeliveryBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // One byte more than announced, so that the end is seen without growing.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength + 1 ?? FirstSize, 16 * 1024 * 1024));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0) return new DeliveryBody(buffer, length);
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
