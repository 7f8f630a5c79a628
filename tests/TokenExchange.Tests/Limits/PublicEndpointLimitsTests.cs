using System.Net;
using System.Text;
using McpMesh.TokenExchange.Limits;
using McpMesh.TokenExchange.Tests.Harness;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task One_client_has_a_quota_however_many_addresses_it_comes_from()
    {
        var (status, rounds) = (0, 0);
        // Each address stays far below its own bound.
        for (; rounds < 6 * ClientQuota.Burst && status != 429; rounds++)
        {
            status = await TokenFromAsync(new IPAddress([10, 0, (byte)(rounds / 256), (byte)rounds]), "other-agent");
            Assert.True(status is 400 or 429, $"{status}");
        }

        Assert.Equal(429, status);
        Assert.True(rounds > ClientQuota.Burst);
        Assert.Equal(400, await TokenFromAsync(IPAddress.Parse("10.1.1.1"), "sample-agent"));
        Assert.Contains(Server.Audit.Records, record => record.Reason!.Contains("too often", StringComparison.Ordinal));
    }

    private async Task<int> TokenFromAsync(IPAddress address, string clientId)
    {
        var form = Encoding.ASCII.GetBytes($"grant_type=authorization_code&client_id={clientId}&code=wrong");
        var answer = await ((TestServer)Server.Services.GetRequiredService<IServer>()).SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = address;
            (http.Request.Method, http.Request.Path) = (HttpMethods.Post, "/token");
            http.Request.Host = new HostString(new Uri(MeshServer.Issuer).Host);
            http.Request.ContentType = "application/x-www-form-urlencoded";
            (http.Request.ContentLength, http.Request.Body) = (form.Length, new MemoryStream(form));
        });
        return answer.Response.StatusCode;
    }
}
