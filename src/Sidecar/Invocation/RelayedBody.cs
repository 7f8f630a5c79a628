using System.Net;

namespace McpMesh.Sidecar.Invocation;

/// <summary>A request body on its way through: each piece is sent on as it comes.</summary>
internal sealed class RelayedBody(HttpContext context, long? length) : HttpContent
{
    /// <summary>Once true, the body cannot be sent a second time.</summary>
    public bool Started { get; private set; }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? transport) =>
        SerializeToStreamAsync(stream, transport, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? transport, CancellationToken cancellationToken)
    {
        Started = true;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            foreach (var piece in result.Buffer) await stream.WriteAsync(piece, cancellationToken);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
            // The rest is not here yet: what is must not wait for it.
            await stream.FlushAsync(cancellationToken);
        }
    }
}
