using McpMesh.Audit;

namespace McpMesh.Gateway.Durable;

/// <summary>What the outcome record of a durable call is made of.</summary>
/// <param name="EndedAt">UTC.</param>
internal sealed record EndedCall(AuditEvent Intent, DurableResult Result, DateTime EndedAt);
