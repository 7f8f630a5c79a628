using System.Net;

namespace McpMesh.PolicyDecision.Tests;

/// <summary><c>Prefer: wait</c>: how every replica of an enforcement point learns of a new version at once.</summary>
public sealed class PolicyWatchTests(PolicyService service) : IClassFixture<PolicyService>
{
    [Fact]
    public async Task Two_watchers_of_the_version_in_force_are_both_answered_when_there_is_another()
    {
        var seen = await EntityTagAsync();
        var watchers = new[] { WatchAsync(seen, 30), WatchAsync(seen, 30) };

        service.ReplaceMeshFile(yaml => yaml.Replace("developer: [logs.read,", "developer: [logs.read, logs.debug.write,", StringComparison.Ordinal));

        foreach (var answer in await Task.WhenAll(watchers).WaitAsync(TimeSpan.FromSeconds(60)))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.NotEqual(seen, answer.Headers.ETag!.ToString());
            answer.Dispose();
        }
    }

    [Fact]
    public async Task A_watcher_is_told_that_nothing_changed_when_its_wait_is_over()
    {
        using var answer = await WatchAsync(await EntityTagAsync(), 1);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task A_watcher_of_another_version_is_answered_at_once()
    {
        using var answer = await WatchAsync("\"sha256:old\"", 30);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<string> EntityTagAsync()
    {
        using var response = await service.Sidecar.GetAsync("/policy");
        return response.Headers.ETag!.ToString();
    }

    private async Task<HttpResponseMessage> WatchAsync(string seen, int seconds)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/policy");
        request.Headers.TryAddWithoutValidation("If-None-Match", seen);
        request.Headers.TryAddWithoutValidation("Prefer", $"wait={seconds}");
        return await service.Sidecar.SendAsync(request);
    }
}
