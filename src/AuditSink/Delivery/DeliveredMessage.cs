namespace McpMesh.AuditSink.Delivery;

/// <summary>One message of a delivery.</summary>
/// <param name="EntryId">By which it is answered.</param>
/// <param name="Refusal">Why it is no batch of events; null when it is one.</param>
/// <param name="Records">How many good events it holds.</param>
internal readonly record struct DeliveredMessage(string EntryId, string? Refusal, int Records);
