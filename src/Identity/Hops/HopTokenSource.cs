using McpMesh.Identity.Caching;

namespace McpMesh.Identity.Hops;

/// <inheritdoc/>
internal sealed class HopTokenSource(IHopTokenClient client, TimeProvider time) : IHopTokenSource
{
    // A slot holds a token of 1 to 2 KB: some 40 MB at the very most, and as much again for calls that outlive their token.
    private const int Capacity = 20_000;

    private readonly GenerationCache<HopKey, HopSlot> _slots = new(Capacity);
    private readonly GenerationCache<DelegatedHopKey, HopSlot> _delegatedSlots = new(Capacity);
    private readonly GenerationCache<string, DelegationSlot> _delegations = new(Capacity);

    public ValueTask<HopToken> GetAsync(
        AccessToken inbound, string inboundCompact, string resource, string scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inbound);
        var key = new HopKey(inbound.TokenId, resource, scope);
        if (!_slots.TryGet(key, out var slot)) slot = _slots.GetOrAdd(key, static source => source.NewSlot(), this);
        return slot.GetAsync(new(inboundCompact, resource, scope), cancellationToken);
    }

    public ValueTask<Delegation> DelegateAsync(AccessToken inbound, string inboundCompact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inbound);
        if (!_delegations.TryGet(inbound.TokenId, out var slot))
            slot = _delegations.GetOrAdd(inbound.TokenId, static source => source.NewDelegationSlot(), this);
        return slot.GetAsync(inboundCompact, cancellationToken);
    }

    public ValueTask<HopToken> GetAsync(Delegation delegation, string resource, string scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        var key = new DelegatedHopKey(TokenDigest.Of(delegation.Handle), resource, scope);
        if (!_delegatedSlots.TryGet(key, out var slot)) slot = _delegatedSlots.GetOrAdd(key, static source => source.NewSlot(), this);
        return slot.GetAsync(new(delegation.Handle, resource, scope, SubjectTokenType.Delegation), cancellationToken);
    }

    private HopSlot NewSlot() => new(client, time);

    private DelegationSlot NewDelegationSlot() => new(client, time);
}
