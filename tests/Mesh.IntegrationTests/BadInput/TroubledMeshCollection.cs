namespace McpMesh.IntegrationTests.BadInput;

[CollectionDefinition(Name)]
public sealed class TroubledMeshCollection : ICollectionFixture<TroubledMesh>
{
    public const string Name = "troubled mesh";
}
