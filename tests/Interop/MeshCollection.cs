namespace McpMesh.Interop;

/// <summary>All suites of strangers run against one mesh.</summary>
[CollectionDefinition(Name)]
public sealed class MeshCollection : ICollectionFixture<InteropMesh>
{
    public const string Name = "mesh";
}
