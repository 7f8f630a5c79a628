namespace McpMesh.Adapters.Ledger;

/// <summary>How a call ended: the answer to every repetition of it.</summary>
/// <param name="ArgumentDigest">SHA-256 over the arguments as they came.</param>
/// <param name="Result">JSON of the tool's result; text, so that no store rewrites it.</param>
/// <param name="Outcome">Its outcome in the audit log.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
internal sealed record LedgerEntry(string ArgumentDigest, string Result, string Outcome, string? Reason);
