using System.Net;
using System.Net.Http.Json;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Resiliency;

/// <summary>Outbound policies of components, on a started sidecar whose database another process holds.</summary>
public sealed class ComponentPolicyTests : IDisposable
{
    private const string Rules = """
          policies:
            timeouts: { short: 200ms }
            retries: { thrice: { duration: 1ms, maxRetries: 2 } }
            circuitBreakers: { fuse: { trip: consecutiveFailures >= 2, timeout: 1h } }
          targets:
            components:
              statestore: { outbound: { timeout: short, circuitBreaker: fuse } }
              pubsub: { outbound: { timeout: short, retry: thrice } }
        """;

    private readonly TestFolder _folder = new();

    public ComponentPolicyTests() => _folder.Write("components/resiliency.yaml", ResourceText.Resiliency(Rules));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_state_store_that_does_not_answer_is_given_up_and_its_circuit_opens()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using (LockedDatabase.Create(_folder.File("state.db")))
        {
            for (var i = 0; i < 2; i++) Assert.Equal((500, "context deadline exceeded"), await SaveAsync(sidecar));
            Assert.Equal((500, "circuit breaker is open"), await SaveAsync(sidecar));
        }

        // The other store has a circuit of its own.
        using var memory = await sidecar.Http.PostAsJsonAsync("/v1.0/state/memory", new[] { new { key = "k", value = 1 } });
        Assert.Equal(HttpStatusCode.NoContent, memory.StatusCode);
    }

    [Fact]
    public async Task A_refusal_by_etag_neither_opens_the_circuit_nor_is_it_repeated()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        for (var i = 0; i < 4; i++)
        {
            using var refused = await sidecar.Http.PostAsJsonAsync(
                "/v1.0/state/statestore", new[] { new { key = "k", value = 1, etag = "other" } });
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        }

        using var saved = await sidecar.Http.PostAsJsonAsync("/v1.0/state/statestore", new[] { new { key = "k", value = 1 } });
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/statestore/k"));
    }

    [Fact]
    public async Task A_publish_that_takes_too_long_is_repeated_and_then_an_error()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using var held = LockedDatabase.Create(_folder.File("pubsub.db"));
        using var answer = await sidecar.Http.PostAsJsonAsync("/v1.0/publish/pubsub/t", new { a = 1 });
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("context deadline exceeded", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Error processing operation component[pubsub] output", sidecar.Log, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Reason)> SaveAsync(SidecarUnderTest sidecar)
    {
        using var answer = await sidecar.Http.PostAsJsonAsync("/v1.0/state/statestore", new[] { new { key = "k", value = 1 } });
        var text = await answer.Content.ReadAsStringAsync();
        var reasons = new[] { "context deadline exceeded", "circuit breaker is open" };
        return ((int)answer.StatusCode, Array.Find(reasons, reason => text.Contains(reason, StringComparison.Ordinal)) ?? text);
    }
}
