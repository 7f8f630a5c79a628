using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.PubSub;

/// <summary><c>/v1.0/publish/{pubsub}/{topic}</c> and <c>/v1.0/publish/bulk/…</c>. 204 means committed.</summary>
internal sealed class PublishApi(PublishService publish)
{
    public async Task PublishAsync(HttpContext context, string pubSubName, string topic)
    {
        var metadata = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context, problem => PubSubErrors.Publish(pubSubName, topic, problem));
        var contentType = context.Request.ContentType is { Length: > 0 } given ? given : "text/plain";
        await publish.PublishAsync(pubSubName, topic, body.Memory, contentType, metadata, context.Request.Headers);
        ApiResponse.NoContent(context);
    }

    public async Task PublishBulkAsync(HttpContext context, string pubSubName, string topic)
    {
        var metadata = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context, problem => publish.Unreadable(pubSubName, topic, problem));
        var entries = body.Memory;
        var result = await publish.PublishBulkAsync(pubSubName, topic, reader => reader.Read(entries), metadata, context.Request.Headers);
        if (result.Failed.Count == 0) ApiResponse.NoContent(context);
        else await WriteFailedAsync(context, result.Failed);
    }

    private static Task WriteFailedAsync(HttpContext context, IReadOnlyList<FailedEntry> failed) => ApiResponse.WriteJsonAsync(
        context,
        json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("failedEntries");
            foreach (var entry in failed)
            {
                json.WriteStartObject();
                json.WriteString("entryId", entry.Id);
                json.WriteString("error", entry.Error);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("errorCode", PubSubErrors.PublishCode);
            json.WriteEndObject();
        },
        StatusCodes.Status500InternalServerError);
}
