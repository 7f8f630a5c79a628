namespace McpMesh.IntegrationTests.BadInput;

[CollectionDefinition(Name)]
public sealed class LoggedMeshCollection : ICollectionFixture<LoggedMesh>
{
    public const string Name = "logged mesh";
}
