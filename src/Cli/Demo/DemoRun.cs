using System.Text.Json.Serialization;

namespace McpMesh.Cli.Demo;

/// <summary>One user's run of the triage, hop by hop.</summary>
internal sealed record DemoRun(string User, string Txn, IReadOnlyList<HopRecord> Hops)
{
    /// <summary>What did not go as it must; empty when all held.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Failures { get; init; } = [];
}
