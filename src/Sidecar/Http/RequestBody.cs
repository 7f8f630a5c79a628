using System.Buffers;

namespace McpMesh.Sidecar.Http;

/// <summary>A whole request body in pooled memory, for the building blocks that need all of it.</summary>
internal readonly struct RequestBody(byte[] buffer, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>Reads to the end. Kestrel enforces --max-body-size while it reads.</summary>
    /// <param name="refuse">The error for what cannot be read, where it is not <c>ERR_BODY_READ</c>.</param>
    /// <exception cref="ApiException">The body is too large, or it is none.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context, Func<string, ApiException>? refuse = null)
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
        catch (BadHttpRequestException error)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            var problem = ProblemOf(error);
            throw refuse is null ? new ApiException(Unreadable(problem)) : refuse(problem);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>In Dapr's words.</summary>
    public static string ProblemOf(BadHttpRequestException error) =>
        error.StatusCode == StatusCodes.Status413PayloadTooLarge ? "stream too large" : error.Message;

    public static ApiError Unreadable(string problem) => new(400, "ERR_BODY_READ", $"failed to read request body: {problem}");

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
