using McpMesh.Grpc;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Grpc;

/// <summary>The gRPC status of an API error (facts/dapr.md 2.1): by its code where daprd's two faces differ, else by its HTTP status.</summary>
internal static class GrpcErrors
{
    public static GrpcException Of(ApiError error) => new(StatusOf(error), error.Message);

    private static GrpcStatusCode StatusOf(ApiError error) => error.Code switch
    {
        "ERR_STATE_STORE_NOT_CONFIGURED" or "ERR_PUBSUB_NOT_CONFIGURED" or "ERR_SECRET_STORES_NOT_CONFIGURED"
            or "ERR_CONFIGURATION_STORE_NOT_CONFIGURED" => GrpcStatusCode.FailedPrecondition,
        "ERR_PUBSUB_NOT_FOUND" or "ERR_PUBSUB_EMPTY" or "ERR_TOPIC_NAME_EMPTY" or "ERR_SECRET_STORE_NOT_FOUND"
            or "ERR_PUBSUB_CLOUD_EVENTS_SER" or "ERR_CONFIGURATION_SUBSCRIBE" => GrpcStatusCode.InvalidArgument,
        "ERR_STATE_STORE_NOT_SUPPORTED" when error.Reason == "DAPR_STATE_TRANSACTIONS_NOT_SUPPORTED" => GrpcStatusCode.Unimplemented,
        "ERR_NOT_SUPPORTED_STATE_OPERATION" => GrpcStatusCode.Unimplemented,
        _ => error.Status switch
        {
            StatusCodes.Status400BadRequest => GrpcStatusCode.InvalidArgument,
            StatusCodes.Status401Unauthorized => GrpcStatusCode.Unauthenticated,
            StatusCodes.Status403Forbidden => GrpcStatusCode.PermissionDenied,
            StatusCodes.Status404NotFound => GrpcStatusCode.NotFound,
            StatusCodes.Status409Conflict => GrpcStatusCode.Aborted,
            _ => GrpcStatusCode.Internal,
        },
    };
}
