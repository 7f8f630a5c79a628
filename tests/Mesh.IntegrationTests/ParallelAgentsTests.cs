using System.Globalization;
using McpMesh.Samples.Agent;
using ModelContextProtocol.Protocol;

namespace McpMesh.IntegrationTests;

/// <summary>Interleaved callers never see each other's results (CVE-2026-25536, CVE-2026-16326).</summary>
[Collection(MeshCollection.Name)]
public sealed class ParallelAgentsTests(SharedMesh shared)
{
    private const int Agents = 200;
    private const int Users = 40;
    private const int CallsPerAgent = 3;

    [Fact]
    public async Task Two_hundred_agents_over_forty_users_each_get_their_own_results()
    {
        var sessions = new AgentSession[Agents];
        try
        {
            // Signing in is four round trips of pages; a few at a time keep within the IdP's own bounds.
            await Parallel.ForAsync(0, Agents, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
            {
                var (username, password) = SharedMesh.Engineer(i % Users);
                sessions[i] = await shared.Mesh.SignInAsync(username, password, cancellationToken: token);
            });

            await Task.WhenAll(Enumerable.Range(0, Agents).Select(async agent =>
            {
                for (var call = 0; call < CallsPerAgent; call++)
                {
                    var marker = string.Create(CultureInfo.InvariantCulture, $"agent-{agent}-call-{call}");
                    var result = await sessions[agent].Work.CallToolAsync(
                        "analytics.query", new Dictionary<string, object?> { ["sql"] = $"select '{marker}' as marker" });
                    var text = string.Concat(result.Content.OfType<TextContentBlock>().Select(c => c.Text));
                    Assert.NotEqual(true, result.IsError);
                    Assert.Contains(marker + "\"", text + "\"", StringComparison.Ordinal);
                    Assert.DoesNotContain("agent-", text.Replace(marker, "", StringComparison.Ordinal), StringComparison.Ordinal);
                }
            }));
        }
        finally
        {
            foreach (var session in sessions.Where(s => s is not null)) await session.DisposeAsync();
        }
    }
}
