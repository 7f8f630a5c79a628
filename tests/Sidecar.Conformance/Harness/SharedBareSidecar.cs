namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>The classes of tests that share one <see cref="BareSidecar"/>, and run one after the other.</summary>
[CollectionDefinition(nameof(BareSidecar))]
public sealed class SharedBareSidecar : ICollectionFixture<BareSidecar>;
