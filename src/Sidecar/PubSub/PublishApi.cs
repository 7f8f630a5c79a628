using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.PubSub;

/// <summary><c>/v1.0/publish/{pubsub}/{topic}</c> and <c>/v1.0/publish/bulk/…</c>. 204 means committed.</summary>
internal sealed class PublishApi(PublishService publish)
{
    public async Task PublishAsync(HttpContext context, string pubSubName, string topic)
    {
        var metadata = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context);
        var contentType = context.Request.ContentType is { Length: > 0 } given ? given : "text/plain";
        await publish.PublishAsync(pubSubName, topic, body.Memory, contentType, metadata, context.Request.Headers);
        ApiResponse.NoContent(context);
    }

    public async Task PublishBulkAsync(HttpContext context, string pubSubName, string topic)
    {
        var metadata = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context);
        var entries = body.Memory;
        await publish.PublishBulkAsync(
            pubSubName, topic, () => BulkEntries.Read(entries, pubSubName), metadata, context.Request.Headers);
        ApiResponse.NoContent(context);
    }
}
