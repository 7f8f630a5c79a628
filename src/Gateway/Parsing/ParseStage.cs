using McpMesh.Configuration;
using McpMesh.Gateway.Errors;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Parsing;

/// <summary>Stage 3: reads the body once into a pooled buffer and finds its parts in one pass.</summary>
internal sealed class ParseStage(MeshConfiguration mesh)
{
    private readonly int _maxBytes = mesh.Limits.MaxBodyBytes;
    private readonly int _maxDepth = mesh.Limits.MaxDepth;

    public async ValueTask<GatewayError?> ReadAsync(GatewayCall call)
    {
        var body = call.Http.Request.Body;
        var cancellationToken = call.Http.RequestAborted;
        // Not before the token is known: who was refused belongs into the record.
        if (call.Http.Request.ContentLength > _maxBytes) return GatewayErrors.TooLarge(_maxBytes);
        if (call.Http.Request.ContentLength is { } announced) call.Body.GetSpan((int)announced + 1);
        try
        {
            int read;
            while ((read = await body.ReadAsync(call.Body.GetMemory(1), cancellationToken)) > 0)
            {
                call.Body.Advance(read);
                if (call.Body.Length > _maxBytes) return GatewayErrors.TooLarge(_maxBytes);
            }
        }
        catch (BadHttpRequestException refused)
        {
            return GatewayErrors.Unreadable(refused.StatusCode);
        }

        if (!JsonRpcEnvelopeReader.TryRead(call.Body.Span, _maxDepth, out var envelope, out var fault))
            return GatewayErrors.Malformed(fault);
        call.Envelope = envelope;
        return null;
    }
}
