namespace McpMesh.Sidecar.Http;

/// <summary>Ends a request with an error body.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
