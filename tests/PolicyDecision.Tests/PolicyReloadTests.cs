using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace McpMesh.PolicyDecision.Tests;

public sealed class PolicyReloadTests(PolicyService service) : IClassFixture<PolicyService>
{
    [Fact]
    public async Task Configuration_ThatChangesBreaksAndIsMended_IsFollowedWithoutRestartAndNeverDropsTheLastGood()
    {
        var first = await DigestAsync();
        Assert.Equal(first, await service.Broker.NextDigestAsync());

        service.ReplaceMeshFile(
            yaml => yaml.Replace("developer: [logs.read,", "developer: [logs.read, logs.debug.write,", StringComparison.Ordinal));
        var second = await service.Broker.NextDigestAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(second, await DigestAsync());

        service.ReplaceMeshFile(yaml => yaml.Replace("groups:  ", "gruops:  ", StringComparison.Ordinal));
        await service.LogContainsAsync("stays in force");
        var broken = await service.Sidecar.GetFromJsonAsync<JsonElement>("/policy/version");
        Assert.Equal(second, broken.GetProperty("digest").GetString());
        Assert.Contains(
            "gruops: unknown field; did you mean 'groups'?", broken.GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.Stranger.GetAsync("/health")).StatusCode);
        Assert.Equal("Degraded", await service.Stranger.GetStringAsync("/health"));

        service.ReplaceMeshFile(yaml =>
            yaml.Replace("gruops:", "groups:", StringComparison.Ordinal).Replace("sre: [logs.read, ", "sre: [", StringComparison.Ordinal));
        var third = await service.Broker.NextDigestAsync();
        Assert.NotEqual(second, third);
        Assert.Equal(third, await DigestAsync());
        Assert.Equal("Healthy", await service.Stranger.GetStringAsync("/health"));
        await service.Broker.NextAuditedDigestAsync(third);
    }

    private async Task<string?> DigestAsync() =>
        (await service.Sidecar.GetFromJsonAsync<JsonElement>("/policy/version")).GetProperty("digest").GetString();
}
