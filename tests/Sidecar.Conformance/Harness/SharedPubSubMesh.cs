namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>The classes of tests that share one <see cref="PubSubMesh"/>, and run one after the other.</summary>
[CollectionDefinition(nameof(PubSubMesh))]
public sealed class SharedPubSubMesh : ICollectionFixture<PubSubMesh>;
