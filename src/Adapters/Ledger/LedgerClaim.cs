namespace McpMesh.Adapters.Ledger;

/// <summary>Written before a call runs: from here on its key stands for these arguments.</summary>
/// <param name="ArgumentDigest">SHA-256 over the arguments as they came.</param>
internal sealed record LedgerClaim(string ArgumentDigest);
