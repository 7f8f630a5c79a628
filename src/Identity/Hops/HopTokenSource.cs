using McpMesh.Identity.Caching;

namespace McpMesh.Identity.Hops;

/// <inheritdoc/>
internal sealed class HopTokenSource(IHopTokenClient client, TimeProvider time) : IHopTokenSource
{
    // A slot holds a token of 1 to 2 KB: some 40 MB at the very most.
    private const int Capacity = 20_000;

    private readonly GenerationCache<HopKey, HopSlot> _slots = new(Capacity);

    public ValueTask<HopToken> GetAsync(
        AccessToken inbound, string inboundCompact, string resource, string scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inbound);
        var key = new HopKey(inbound.TokenId, resource, scope);
        if (!_slots.TryGet(key, out var slot)) slot = _slots.GetOrAdd(key, static source => source.NewSlot(), this);
        return slot.GetAsync(new(inboundCompact, resource, scope), cancellationToken);
    }

    private HopSlot NewSlot() => new(client, time);
}
