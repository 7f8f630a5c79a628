namespace McpMesh.Adapters.Ledger;

/// <summary>The ledger cannot be read or written, so no answer may be given: the same call may be made again.</summary>
internal sealed class LedgerUnavailableException(string reason, Exception inner) : Exception(reason, inner);
