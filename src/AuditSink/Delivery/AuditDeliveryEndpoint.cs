using System.Text.Json;
using Dapr.AspNetCore;

namespace McpMesh.AuditSink.Delivery;

/// <summary>The topic route.</summary>
internal static class AuditDeliveryEndpoint
{
    private const string Topic = "audit-events";

    /// <summary>The largest messages that the sidecar takes; only the sidecar gets as far as sending a body.</summary>
    private const long LargestDelivery = MessagesPerDelivery * 4L * 1024 * 1024;

    /// <summary>Each is a batch: under load it holds a hundred events and more.</summary>
    private const int MessagesPerDelivery = 32;

    internal static void MapAuditDelivery(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/audit-events", TakeAsync)
        .WithTopic("pubsub", Topic)
        .WithBulkSubscribe(new BulkSubscribeTopicOptions
        {
            TopicName = Topic,
            MaxMessagesCount = MessagesPerDelivery,
            MaxAwaitDurationMs = 100,
        })
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestDelivery))
        .RequireAuthorization("Dapr");

    private static async Task<IResult> TakeAsync(HttpRequest request, AuditDelivery delivery, CancellationToken cancellationToken)
    {
        using var body = await DeliveryBody.ReadAsync(request, cancellationToken);
        try
        {
            return Results.Ok(await delivery.TakeAsync(body.Memory, cancellationToken));
        }
        catch (JsonException error)
        {
            return Results.Problem($"The delivery is not JSON: {error.Message}", statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
