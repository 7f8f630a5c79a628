namespace McpMesh.DevIdp.Hosting;

/// <summary>
/// A request that is refused with an OAuth error code (RFC 6749 sections 4.1.2.1 and 5.2). The description holds no secret.
/// </summary>
internal sealed class OAuthException(string error, string description, int status = StatusCodes.Status400BadRequest)
    : Exception(description)
{
    public string Error { get; } = error;

    public int Status { get; } = status;
}
