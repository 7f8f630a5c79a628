namespace McpMesh.Gateway.Http;

/// <summary>Writes one complete JSON body.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    public static async ValueTask WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, cancellationToken);
    }
}
