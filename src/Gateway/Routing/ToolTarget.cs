using System.Collections.Immutable;

namespace McpMesh.Gateway.Routing;

/// <summary>A tool as the mesh knows it.</summary>
/// <param name="Tool">The server's own name for it.</param>
/// <param name="Method">Mesh method and scope, <c>server.tool</c>.</param>
/// <param name="Calls">Methods of other servers that it calls itself.</param>
/// <param name="IsDurable">What mesh.yaml says of how it is called; null leaves it to the server's annotations.</param>
internal sealed record ToolTarget(string Tool, string Method, ImmutableArray<string> Calls, bool? IsDurable = null);
