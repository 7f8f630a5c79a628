namespace McpMesh.AuditSink.Delivery;

/// <summary>An event of a good message that cannot be kept.</summary>
/// <param name="Message">Which message of the delivery.</param>
/// <param name="Position">Which event of the message.</param>
/// <param name="Reason">The attribute and the rule.</param>
internal readonly record struct RefusedEvent(int Message, int Position, string Reason);
