namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>Picks the assertion source that mesh.yaml names; there is no fallback.</summary>
internal static class AssertionSources
{
    /// <exception cref="InvalidOperationException">There is no source of that name.</exception>
    public static IAssertionSource Choose(string name, IReadOnlyCollection<IAssertionSource> sources) =>
        sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.Ordinal))
        ?? throw new InvalidOperationException(
            $"mesh.yaml: identity.idp.source: must be one of {string.Join(", ", sources.Select(source => source.Name))}.");
}
