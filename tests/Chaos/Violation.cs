namespace McpMesh.Chaos;

/// <summary>A broken promise, with all that is known of the operation.</summary>
internal sealed record Violation(string Rule, string Operation, IReadOnlyList<string> History);
