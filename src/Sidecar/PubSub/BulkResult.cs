using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.PubSub;

/// <summary>What became of a bulk publish.</summary>
/// <param name="Failed">Empty when every entry was accepted.</param>
/// <param name="Error">Set when the broker failed, and not only an entry.</param>
internal sealed record BulkResult(IReadOnlyList<FailedEntry> Failed, ApiException? Error);
