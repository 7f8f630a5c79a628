namespace McpMesh.Sidecar.PubSub;

/// <summary>How one attempt to deliver ended.</summary>
/// <param name="Status">The app's HTTP status when it was not a success: a retry policy may depend on it.</param>
/// <param name="Reason">Why it was not a success, for the log.</param>
internal readonly record struct DeliveryResult(DeliveryOutcome Outcome, int? Status = null, string? Reason = null);
