namespace McpMesh.Chaos;

/// <summary>What a run found.</summary>
/// <param name="Calls">Operations of agents, each with its re-issues one.</param>
/// <param name="Acknowledged">Of these, answered with a result.</param>
/// <param name="Unknown">Answered that the outcome is not known.</param>
/// <param name="Refused">Answered with another error.</param>
/// <param name="Unanswered">Given up by their agent.</param>
/// <param name="Reissued">Requests beyond the first of each operation.</param>
/// <param name="Effects">Had by adapters and by the foreign server.</param>
/// <param name="Faults">By kind.</param>
internal sealed record ChaosReport(
    int Seed, double Seconds, int Calls, int Acknowledged, int Unknown, int Refused, int Unanswered, int Reissued, int Effects,
    IReadOnlyDictionary<string, int> Faults, IReadOnlyList<Violation> Violations);
