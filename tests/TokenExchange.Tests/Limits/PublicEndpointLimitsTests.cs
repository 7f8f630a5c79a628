using System.Net;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests.Limits;

public sealed class PublicEndpointLimitsTests : MeshServerTests
{
    [Fact]
    public async Task A_flood_from_one_address_is_slowed_down_and_hops_are_not_part_of_it()
    {
        var statuses = new List<HttpStatusCode>();
        for (var request = 0; request < 3000 && !statuses.Contains(HttpStatusCode.TooManyRequests); request++)
        {
            using var response = await Server.Http.GetAsync(new Uri("/authorize", UriKind.Relative));
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.True(statuses.Count > 1000);
        Assert.Equal(400, (await Agent.HopAsync("gateway", "no token", MeshServer.Logs, "logs.read")).Status);
    }

    [Fact]
    public async Task A_form_with_too_many_parameters_is_an_invalid_request()
    {
        var form = Enumerable.Range(0, 100).ToDictionary(number => $"p{number}", _ => "x");
        var (status, body) = await Agent.TokenAsync(form);
        Assert.Equal(400, status);
        Assert.Equal("invalid_request", (string?)body["error"]);
    }
}
