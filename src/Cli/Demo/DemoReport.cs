namespace McpMesh.Cli.Demo;

/// <summary>What <c>mesh demo incident --json</c> prints.</summary>
internal sealed record DemoReport(IReadOnlyList<DemoRun> Runs);
