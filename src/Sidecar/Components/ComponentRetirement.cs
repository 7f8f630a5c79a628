using System.Collections.Concurrent;

namespace McpMesh.Sidecar.Components;

/// <summary>Components that were replaced or removed: each is closed when nobody works with it any more, or at the end.</summary>
internal sealed class ComponentRetirement(ComponentUses uses) : IDisposable
{
    private readonly ConcurrentDictionary<IDisposable, bool> _waiting = new(ReferenceEqualityComparer.Instance);

    /// <summary>Call it when the component can no longer be looked up.</summary>
    public void Add(OpenComponent component)
    {
        if (component.Owned is not { } owned) return;
        _waiting[owned] = true;
        _ = CloseAsync(owned);
    }

    public void Dispose()
    {
        foreach (var owned in _waiting.Keys) Close(owned);
    }

    private async Task CloseAsync(IDisposable owned)
    {
        await uses.WhenEarlierUsesEndAsync();
        Close(owned);
    }

    private void Close(IDisposable owned)
    {
        if (_waiting.TryRemove(owned, out _)) owned.Dispose();
    }
}
