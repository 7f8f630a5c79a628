namespace McpMesh.IntegrationTests;

[CollectionDefinition(Name)]
public sealed class MeshCollection : ICollectionFixture<SharedMesh>
{
    public const string Name = "shared mesh";
}
