using System.Collections.Concurrent;
using McpMesh.Identity;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>Stands for token-exchange: a hop token that tells for whom, for what and with which scope it was asked.</summary>
internal sealed class TestHops : IHopTokenSource
{
    public ConcurrentQueue<(string Subject, string Resource, string Scope)> Asked { get; } = new();

    /// <summary>When set, every exchange is refused so.</summary>
    public HopTokenException? Refusal { get; set; }

    public ValueTask<HopToken> GetAsync(
        AccessToken inbound, string inboundCompact, string resource, string scope, CancellationToken cancellationToken)
    {
        if (Refusal is not null) throw Refusal;
        Asked.Enqueue((inbound.Subject, resource, scope));
        return new(new HopToken($"hop.{inbound.Subject}.{scope.Replace(' ', '+')}", "hop-1", DateTimeOffset.MaxValue));
    }
}
