namespace McpMesh.Sidecar.Components;

/// <summary>Resources by kind.</summary>
internal sealed class MeshResources(IReadOnlyList<YamlResource> all)
{
    /// <summary>Those of several files, in order.</summary>
    public static MeshResources Of(IEnumerable<MeshResources> files) => new([.. files.SelectMany(file => file.All)]);

    public IReadOnlyList<YamlResource> All => all;

    public IEnumerable<YamlResource> Of(string kind) => all.Where(resource => resource.Kind == kind);

    /// <summary>Those whose kind is none of <paramref name="known"/>.</summary>
    public IEnumerable<YamlResource> OtherThan(params string[] known) => all.Where(resource => !known.Contains(resource.Kind));

    /// <summary>All resources of a kind in one spelling: equal text means that nothing has changed.</summary>
    public string ContentOf(string kind) => string.Join('\n', Of(kind).Select(resource => YamlJson.Write(resource.Root)));
}
