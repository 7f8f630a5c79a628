using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.State;

/// <summary>A concurrent change came first: HTTP 409.</summary>
/// <param name="reason">The store's own words; null for a store that has none.</param>
internal sealed class EtagMismatchException(string? reason) : Exception(
    "possible etag mismatch. error from state store" + (reason is null ? "" : $": {reason}")), IRefusal;
