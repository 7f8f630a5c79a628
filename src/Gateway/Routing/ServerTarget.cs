using System.Collections.Frozen;

namespace McpMesh.Gateway.Routing;

/// <summary>An MCP server behind the gateway.</summary>
/// <param name="Name">Its name in mesh.yaml.</param>
/// <param name="Endpoint">Where requests for it go: its own URL, or its invocation path at our sidecar.</param>
/// <param name="IsThroughSidecar">True when <paramref name="Endpoint"/> is our sidecar.</param>
/// <param name="Resource">Its OAuth resource identifier.</param>
/// <param name="KeepsCalls">True for our adapters, which answer a repeated call id with the first result.</param>
/// <param name="Tools">Its tools by its own names.</param>
internal sealed record ServerTarget(
    string Name, Uri Endpoint, bool IsThroughSidecar, string Resource, bool KeepsCalls, FrozenDictionary<string, ToolTarget> Tools);
