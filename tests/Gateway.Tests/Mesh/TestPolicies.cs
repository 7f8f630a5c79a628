using McpMesh.Policy;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>Stands for the decision point: the real engine over a document that the test may replace.</summary>
internal sealed class TestPolicies : IPolicySource
{
    public PolicyEngine? Current { get; set; }

    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
