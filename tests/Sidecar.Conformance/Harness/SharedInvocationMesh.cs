namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>The classes of tests that share one <see cref="InvocationMesh"/>, and run one after the other.</summary>
[CollectionDefinition(nameof(InvocationMesh))]
public sealed class SharedInvocationMesh : ICollectionFixture<InvocationMesh>;
