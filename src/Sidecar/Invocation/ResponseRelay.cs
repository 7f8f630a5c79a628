using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Sends an answer back: status, headers, and each piece of the body as it comes.</summary>
internal static class ResponseRelay
{
    private const int BufferSize = 16 * 1024;

    /// <returns>
    /// False when the upstream broke off in the middle, or <paramref name="cancellationToken"/> ended it: then the downstream connection
    /// has to be cut, so that a short body never looks whole.
    /// </returns>
    public static async Task<bool> CopyAsync(HttpResponseMessage response, HttpContext context, CancellationToken cancellationToken)
    {
        CopyHeaders(response, context.Response);
        try
        {
            await CopyBodyAsync(response, context, cancellationToken);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static void CopyHeaders(HttpResponseMessage response, HttpResponse outgoing)
    {
        outgoing.StatusCode = (int)response.StatusCode;
        if (outgoing.HttpContext.Features.Get<IHttpResponseFeature>() is { } feature) feature.ReasonPhrase = response.ReasonPhrase;
        var connection = response.Headers.NonValidated.TryGetValues("Connection", out var named) ? new StringValues([.. named]) : default;
        foreach (var header in response.Headers.NonValidated) Copy(header.Key, header.Value, connection, outgoing);
        foreach (var header in response.Content.Headers.NonValidated) Copy(header.Key, header.Value, connection, outgoing);
    }

    private static void Copy(string name, System.Net.Http.Headers.HeaderStringValues values, StringValues connection, HttpResponse outgoing)
    {
        if (!HopHeaders.PassesBack(name, connection)) return;
        outgoing.Headers[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
    }

    private static async Task CopyBodyAsync(HttpResponseMessage response, HttpContext context, CancellationToken cancellationToken)
    {
        var writer = context.Response.BodyWriter;
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        // Puts the headers before the body without sending them yet; Kestrel hands out no write buffer before.
        await context.Response.StartAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var reading = body.ReadAsync(buffer, cancellationToken);
            if (!reading.IsCompleted) await writer.FlushAsync(cancellationToken); // headers must not wait for a body that comes late
            for (var read = await reading; read > 0; read = await body.ReadAsync(buffer, cancellationToken))
            {
                // Not BuffersExtensions.Write: Kestrel's writer of chunked bodies may hand out an empty span when asked for no size.
                buffer.AsSpan(0, read).CopyTo(writer.GetSpan(read));
                writer.Advance(read);
                // At once: what is here must not wait for what may come, and an answer of known length was seen to stop short otherwise.
                await writer.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
