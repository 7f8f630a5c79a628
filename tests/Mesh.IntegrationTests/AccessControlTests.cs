using System.Net;
using System.Text.Json;

namespace McpMesh.IntegrationTests;

/// <summary>What the Dapr Configurations forbid, the running mesh refuses, although the caller holds its own sidecar's token.</summary>
[Collection(MeshCollection.Name)]
public sealed class AccessControlTests : IDisposable
{
    private readonly HttpClient _sidecar;

    public AccessControlTests(SharedMesh shared)
    {
        using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(shared.Mesh.Data, "endpoints.json")));
        var agent = run.RootElement.GetProperty("agentSidecar");
        _sidecar = new HttpClient { BaseAddress = new Uri(agent.GetProperty("url").GetString()!) };
        _sidecar.DefaultRequestHeaders.Add("dapr-api-token", agent.GetProperty("apiToken").GetString());
    }

    public void Dispose() => _sidecar.Dispose();

    [Theory]
    [InlineData("/hop")]
    [InlineData("/HOP/")]
    [InlineData("/x/../hop")]
    [InlineData("/%68op")]
    [InlineData("/delegation")]
    [InlineData("/token")]
    public async Task The_agents_sidecar_may_not_ask_token_exchange_for_anything(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1.0/invoke/token-exchange/method{path}")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")]),
        };
        // A name that the caller gives itself counts for nothing: the sidecars know who calls.
        request.Headers.Add("dapr-caller-app-id", "gateway");
        using var answer = await _sidecar.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var error = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.Contains("access control policy has denied", error.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signing-key")]
    [InlineData("ema-agent-secret")]
    public async Task The_agents_sidecar_gives_out_no_secret_of_token_exchange(string secret)
    {
        using var answer = await _sidecar.GetAsync(new Uri($"/v1.0/secrets/secrets/{secret}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
