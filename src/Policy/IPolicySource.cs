namespace McpMesh.Policy;

/// <summary>The policy in force at an enforcement point.</summary>
public interface IPolicySource
{
    /// <summary>The newest good version; null until the first one arrived (then every call is refused).</summary>
    PolicyEngine? Current { get; }

    /// <summary>Asks the decision point for a newer version (ETag pull); keeps the present one on any failure.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);
}
