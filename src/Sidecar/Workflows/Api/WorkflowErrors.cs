using McpMesh.Grpc;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Workflows.Api;

/// <summary>The errors of the management API, with daprd's codes and texts. A code for HTTP, a status for gRPC.</summary>
internal static class WorkflowErrors
{
    public const string NoActorStore =
        "the state store is not configured to use the actor runtime. Have you set the - name: actorStateStore value: \"true\" in your "
        + "state store component file?";

    public static ApiException ActorRuntimeNotFound => Of(500, "ERR_ACTOR_RUNTIME_NOT_FOUND", NoActorStore);

    public static ApiException NoInstanceId => Of(400, "ERR_INSTANCE_ID_PROVIDED_MISSING", "no instance ID was provided");

    public static ApiException NoWorkflowName => Of(400, "ERR_WORKFLOW_NAME_MISSING", "workflow name is not configured");

    public static ApiException NoEventName => Of(400, "ERR_WORKFLOW_EVENT_NAME_MISSING", "missing workflow event name");

    public static ApiException InstanceIdTooLong(int most) =>
        Of(400, "ERR_INSTANCE_ID_TOO_LONG", $"workflow instance ID exceeds the max length of {most} characters");

    public static ApiException InstanceIdInvalid(string id) => Of(400, "ERR_INSTANCE_ID_INVALID",
        $"workflow instance ID '{id}' is invalid: only alphanumeric and underscore characters are allowed");

    public static ApiException InstanceNotFound(string id) =>
        Of(404, "ERR_INSTANCE_ID_NOT_FOUND", $"unable to find workflow with the provided instance ID: {id}");

    public static ApiException Failed(string code, string message) => Of(500, code, message);

    /// <summary>The gRPC status of an error of this API.</summary>
    public static GrpcException ToGrpc(ApiError error) => new(
        error.Status switch
        {
            400 => GrpcStatusCode.InvalidArgument,
            404 => GrpcStatusCode.NotFound,
            _ => GrpcStatusCode.Internal,
        },
        error.Message);

    private static ApiException Of(int status, string code, string message) => new(new ApiError(status, code, message));
}
