using McpMesh.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace McpMesh.IntegrationTests;

/// <summary>Enterprise-Managed Authorization: the first token comes by ID-JAG; further hops need a session at the mesh AS.</summary>
[Collection(MeshCollection.Name)]
public sealed class EnterpriseAgentTests(SharedMesh shared)
{
    [Fact]
    public async Task An_agent_that_came_by_ID_JAG_for_a_user_without_a_session_is_told_where_to_sign_in()
    {
        using var agent = new EnterpriseAgent(shared.Mesh);
        var resource = new Uri(shared.Mesh.Gateway, "/mcp");
        // The last engineer signs in nowhere else in these tests, so the mesh AS has no session for this user.
        var (username, password) = SharedMesh.Engineer(SharedMesh.Engineers - 1);
        var token = await agent.AccessTokenAsync(username, password, resource.AbsoluteUri, "logs.read");
        await using var client = await McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = resource,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" },
        }));

        var refusal = await Assert.ThrowsAsync<McpProtocolException>(
            async () => await client.CallToolAsync("logs.read", new Dictionary<string, object?> { ["limit"] = 1 }));

        Assert.Equal(5032, (int)refusal.ErrorCode);
        Assert.Contains(shared.Mesh.TokenExchange.GetLeftPart(UriPartial.Authority), refusal.Message, StringComparison.Ordinal);
    }
}
