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
        var result = await publish.PublishBulkAsync(
            request.PubsubName, request.Topic, reader => Entries(request, reader), Of(request.Metadata), call.RequestHeaders,
            PublishService.GrpcFailure);
        // A broker that fails is the call's failure, as in daprd; failed entries are told of where others were accepted.
        if (result.Error is not null) throw result.Error;
        var response = new BulkPublishResponse();
        foreach (var entry in result.Failed)
            response.FailedEntries.Add(new BulkPublishResponseFailedEntry { EntryId = entry.Id, Error = entry.Error });
        return response;
    }

    private static BulkEntry[] Entries(BulkPublishRequest request, BulkEntries reader)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in request.Entries) reader.CheckId(entry.EntryId, ids);
        return [.. request.Entries.Select(entry => new BulkEntry(
            entry.EntryId, entry.Event.ToByteArray(), entry.ContentType.Length > 0 ? entry.ContentType : "text/plain",
            Of(entry.Metadata)))];
    }

    private static Dictionary<string, string> Of(MapField<string, string> metadata) =>
        metadata.Count == 0 ? [] : new(metadata, StringComparer.OrdinalIgnoreCase);
}
