namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>The classes of tests that share one <see cref="WorkflowMesh"/>, and run one after the other.</summary>
[CollectionDefinition(nameof(WorkflowMesh))]
public sealed class SharedWorkflowMesh : ICollectionFixture<WorkflowMesh>;
