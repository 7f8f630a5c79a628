using McpMesh.Testing;
using ModelContextProtocol;

namespace McpMesh.IntegrationTests;

/// <summary>The policy in force is the policy in the file.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private RunningMesh _mesh = null!;
    private MeshFiles _files = null!;

    public async Task InitializeAsync() => _mesh = await RunningMesh.StartAsync(files => _files = files);

    public async Task DisposeAsync() => await _mesh.DisposeAsync();

    [Fact]
    public async Task A_role_taken_away_is_gone_at_the_next_call_without_a_restart_or_a_new_token()
    {
        await using var session = await _mesh.SignInAsync("dana", "dana-dev-password");
        var arguments = new Dictionary<string, object?> { ["limit"] = 1 };
        await session.Work.CallToolAsync("logs.read", arguments);

        var seen = _mesh.Log.Lines.Count;
        MeshFiles.Replace(_files.MeshYaml, "  engineering: [developer]", "  engineering: []");
        foreach (var replica in new[] { "gateway-1", "gateway-2" })
        {
            await _mesh.Log.WaitForAsync(
                line => line.StartsWith(replica + ":", StringComparison.Ordinal)
                && line.EndsWith("is in force", StringComparison.Ordinal), seen);
        }

        // More calls than replicas: each of them answers at least once.
        for (var call = 0; call < 4; call++)
        {
            var refusal = await Assert.ThrowsAsync<McpProtocolException>(
                async () => await session.Work.CallToolAsync("logs.read", arguments));
            Assert.Equal(4030, (int)refusal.ErrorCode);
        }
    }

    [Fact]
    public async Task A_broken_policy_file_changes_nothing()
    {
        await using var session = await _mesh.SignInAsync("sam", "sam-dev-password");
        var arguments = new Dictionary<string, object?> { ["limit"] = 1 };

        MeshFiles.Replace(_files.MeshYaml, "roles:\n", "rolez:\n");
        await _mesh.Log.WaitForAsync(line => line.Contains("rolez", StringComparison.Ordinal));

        var result = await session.Work.CallToolAsync("logs.read", arguments);
        Assert.True(result.IsError is not true);
    }
}
