using System.Collections.Immutable;
using McpMesh.Gateway.Routing;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Lists;

/// <summary>What one server contributes to a list.</summary>
/// <param name="Items">Its visible items, in its order.</param>
/// <param name="Failure">Why they are missing; null when they are complete.</param>
internal sealed record ServerShare(ServerTarget Server, ImmutableArray<McpListItem> Items, string? Failure);
