namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>The classes of tests that share one <see cref="FullSidecar"/>, and run one after the other.</summary>
[CollectionDefinition(nameof(FullSidecar))]
public sealed class SharedFullSidecar : ICollectionFixture<FullSidecar>;
