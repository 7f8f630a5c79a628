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

    public ValueTask<Delegation> DelegateAsync(AccessToken inbound, string inboundCompact, CancellationToken cancellationToken) =>
        Refusal is null ? new(new Delegation($"delegation.{inbound.Subject}", DateTimeOffset.MaxValue)) : throw Refusal;

    public ValueTask<HopToken> GetAsync(Delegation delegation, string resource, string scope, CancellationToken cancellationToken)
    {
        if (Refusal is not null) throw Refusal;
        var subject = delegation.Handle[(delegation.Handle.IndexOf('.') + 1)..];
        Asked.Enqueue((subject, resource, scope));
        return new(new HopToken($"hop.{subject}.{scope.Replace(' ', '+')}", "hop-1", DateTimeOffset.MaxValue));
    }
}
