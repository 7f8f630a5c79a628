namespace McpMesh.Gateway.Durable;

/// <summary>The undelivered calls of one principal with one method and one set of arguments.</summary>
internal sealed record OpenCalls(OpenCall[] Calls);
