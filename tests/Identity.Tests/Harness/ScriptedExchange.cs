using System.Collections.Concurrent;
using McpMesh.Identity.Hops;

namespace McpMesh.Identity.Tests.Harness;

/// <summary>Token exchange under a test's control: answers when the test says so.</summary>
internal sealed class ScriptedExchange(TimeProvider time) : IHopTokenClient
{
    private int _asked;

    public int Asked => _asked;

    public TimeSpan Life { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(12);

    public HopTokenException? Refusal { get; set; }

    /// <summary>Completes before an answer is given.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Completes at the next request.</summary>
    public TaskCompletionSource NextRequest { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What hop tokens were asked with.</summary>
    public ConcurrentQueue<HopTokenRequest> Requests { get; } = new();

    public async Task<Delegation> DelegateAsync(string inboundCompact, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _asked);
        await Gate;
        return Refusal is { } refusal ? throw refusal : new($"handle-{number}", time.GetUtcNow() + SessionLife);
    }

    public async Task<HopToken> ExchangeAsync(HopTokenRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        var number = Interlocked.Increment(ref _asked);
        NextRequest.TrySetResult();
        await Gate;
        return Refusal is { } refusal ? throw refusal : new($"compact-{number}", $"hop-{number}", time.GetUtcNow() + Life);
    }
}
