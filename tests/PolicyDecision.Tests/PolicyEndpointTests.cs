using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using McpMesh.Policy;

namespace McpMesh.PolicyDecision.Tests;

public sealed class PolicyEndpointTests(PolicyService service) : IClassFixture<PolicyService>
{
    [Fact]
    public async Task Policy_IsTheCanonicalDocumentUnderItsDigest()
    {
        using var response = await service.Sidecar.GetAsync("/policy");
        var body = await response.Content.ReadAsByteArrayAsync();
        var engine = PolicyEngine.Compile(PolicyDocumentJson.Parse(body));

        Assert.Equal($"\"{engine.Digest}\"", response.Headers.ETag!.Tag);
        Assert.Equal(engine.Digest, PolicyDocumentJson.DigestOf(body));
    }

    [Fact]
    public async Task Policy_AskedWithItsETag_IsNotModified()
    {
        using var first = await service.Sidecar.GetAsync("/policy");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/policy");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var response = await service.Sidecar.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Theory]
    [InlineData("/policy")]
    [InlineData("/policy/version")]
    public async Task Policy_WithoutTheAppToken_IsRefused(string path)
    {
        using var response = await service.Stranger.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/.well-known/authzen-configuration")]
    public async Task HealthAndMetadata_AreOpen(string path)
    {
        using var response = await service.Stranger.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Version_NamesTheDigestInForce()
    {
        var version = await service.Sidecar.GetFromJsonAsync<JsonElement>("/policy/version");

        Assert.StartsWith("sha256:", version.GetProperty("digest").GetString(), StringComparison.Ordinal);
        Assert.False(version.TryGetProperty("lastError", out _));
    }
}
