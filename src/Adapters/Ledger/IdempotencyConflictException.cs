namespace McpMesh.Adapters.Ledger;

/// <summary>The key belongs to a call with other arguments; nothing was done.</summary>
internal sealed class IdempotencyConflictException()
    : Exception("The idempotency key was used before with other arguments; nothing was done.");
