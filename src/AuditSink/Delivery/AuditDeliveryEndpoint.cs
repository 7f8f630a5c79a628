using System.Text.Json;
using Dapr.AspNetCore;

namespace McpMesh.AuditSink.Delivery;

/// <summary>The topic route.</summary>
internal static class AuditDeliveryEndpoint
{
    private const string Topic = "audit-events";

    /// <summary>A batch of the largest events that the sidecar takes; only the sidecar gets as far as sending a body.</summary>
    private const long LargestDelivery = MessagesPerDelivery * 4L * 1024 * 1024;
    private const int MessagesPerDelivery = 250;

    internal static void MapAuditDelivery(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/audit-events", (BulkSubscribeMessage<JsonElement> batch, AuditDelivery delivery, CancellationToken cancellationToken) =>
            delivery.TakeAsync(batch.Entries ?? [], cancellationToken))
        .WithTopic("pubsub", Topic)
        .WithBulkSubscribe(new BulkSubscribeTopicOptions
        {
            TopicName = Topic,
            MaxMessagesCount = MessagesPerDelivery,
            MaxAwaitDurationMs = 100,
        })
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestDelivery))
        .RequireAuthorization("Dapr");
}
