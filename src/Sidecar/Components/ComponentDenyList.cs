namespace McpMesh.Sidecar.Components;

/// <summary><c>spec.components.deny</c>: types that are not loaded, as <c>state.in-memory</c> or <c>state.redis/v1</c>.</summary>
internal sealed class ComponentDenyList(IReadOnlyList<string> entries)
{
    public static readonly ComponentDenyList Empty = new([]);

    public bool Denies(ComponentDeclaration declaration)
    {
        foreach (var entry in entries)
        {
            if (entry.Equals(declaration.Type, StringComparison.OrdinalIgnoreCase)
                || entry.Equals($"{declaration.Type}/{declaration.Version}", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
