namespace McpMesh.Sidecar.Components;

/// <summary>A component as its file states it, before environment and secrets are looked up.</summary>
/// <param name="Source">File and line, for errors.</param>
internal sealed record ComponentDeclaration(
    string Name,
    string Type,
    string Version,
    string Source,
    string? SecretStore,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<MetadataItem> Metadata)
{
    /// <summary>How long it may take to open.</summary>
    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A component that cannot be opened is left out instead of stopping the start.</summary>
    public bool IgnoreErrors { get; init; }

    /// <summary>The whole resource in one spelling: equal text means nothing has changed.</summary>
    public string Content { get; init; } = "";

    public bool IsSecretStore => Type.StartsWith("secretstores.", StringComparison.Ordinal);

    /// <summary>No scopes means every app.</summary>
    public bool IsFor(string appId) => Scopes.Count == 0 || Scopes.Contains(appId, StringComparer.Ordinal);
}
