using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Grpc;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The publish methods of the gRPC API.</summary>
internal sealed class PublishGrpcApi(PublishService publish)
{
    public void AddTo(DaprService service)
    {
        service.Unary(["PublishEvent"], PublishEventRequest.Parser, Empty.Parser, PublishAsync);
        service.Unary(
            ["BulkPublishEvent", "BulkPublishEventAlpha1"], BulkPublishRequest.Parser, BulkPublishResponse.Parser, PublishBulkAsync);
    }

    private async Task<Empty> PublishAsync(PublishEventRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        var contentType = request.DataContentType.Length > 0 ? request.DataContentType : "text/plain";
        await publish.PublishAsync(
            request.PubsubName, request.Topic, request.Data.Memory, contentType, Of(request.Metadata), call.RequestHeaders,
            PublishService.GrpcFailure);
        return new Empty();
    }

    private async Task<BulkPublishResponse> PublishBulkAsync(
        BulkPublishRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        await publish.PublishBulkAsync(
            request.PubsubName, request.Topic, () => Entries(request), Of(request.Metadata), call.RequestHeaders,
            PublishService.GrpcFailure);
        return new BulkPublishResponse();
    }

    private static BulkEntry[] Entries(BulkPublishRequest request)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. request.Entries.Select(entry => entry.EntryId.Length > 0 && ids.Add(entry.EntryId)
            ? new BulkEntry(entry.Event.ToByteArray(), entry.ContentType.Length > 0 ? entry.ContentType : "text/plain", Of(entry.Metadata))
            : throw PubSubErrors.Entries(
                request.PubsubName,
                $"error when unmarshaling the request for pubsub {request.PubsubName}: entryId is missing or not unique"))];
    }

    private static Dictionary<string, string> Of(MapField<string, string> metadata) =>
        metadata.Count == 0 ? [] : new(metadata, StringComparer.OrdinalIgnoreCase);
}
