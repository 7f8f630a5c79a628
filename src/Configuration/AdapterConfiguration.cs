using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>Section <c>servers.{name}.adapter</c>.</summary>
public sealed record AdapterConfiguration
{
    /// <summary><c>logs</c>, <c>sql</c> or <c>incidents</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>logs: glob patterns of the files.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>
    /// sql: <c>sqlite:&lt;path&gt;</c>, or <c>postgres:&lt;connection string&gt;</c>, or <c>postgres-secret:&lt;key in the secret
    /// store&gt;</c>.
    /// </summary>
    public string? Database { get; init; }

    /// <summary>sql: longest a statement may run.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>sql, logs: most rows or lines of one answer.</summary>
    public int MaxRows { get; init; } = 1000;

    /// <summary>sql, logs: most bytes of one answer.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>logs: longest that <c>debug.write</c> may raise a level.</summary>
    public TimeSpan MaxDebug { get; init; } = TimeSpan.FromHours(1);
}
