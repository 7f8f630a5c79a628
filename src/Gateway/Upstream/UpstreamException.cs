namespace McpMesh.Gateway.Upstream;

/// <summary>A request that the gateway itself made to a server brought no usable answer.</summary>
/// <param name="reason">One sentence that may be shown to the caller.</param>
internal sealed class UpstreamException(string reason, Exception? inner = null) : Exception(reason, inner);
