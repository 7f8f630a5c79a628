using McpMesh.Configuration;
using McpMesh.Policy;
using McpMesh.Protocol;
using Microsoft.Extensions.Caching.Memory;

namespace McpMesh.Gateway.Lists;

/// <summary>Keeps each caller's lists for a moment, so that an agent that polls costs its servers nothing. Never shared between
/// tokens.</summary>
internal sealed class ListCache(ListComposer composer, MeshConfiguration mesh, TimeProvider time) : IDisposable
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly MemoryCache _lists = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private readonly Dictionary<ListKey, Task<MeshList>> _inFlight = [];
    private readonly Lock _gate = new();

    public async Task<MeshList> GetAsync(GatewayCall call, McpListKind kind, PolicyEngine policy)
    {
        var key = new ListKey(kind, call.PathServer, call.Token!.Issuer, call.Token.TokenId, policy.Digest);
        if (_lists.TryGetValue(key, out Entry? entry) && time.GetUtcNow() < entry!.Until) return entry.List;
        Task<MeshList> task;
        lock (_gate)
        {
            if (!_inFlight.TryGetValue(key, out task!)) _inFlight[key] = task = ComposeAsync(key, ListQuestion.From(call, kind), policy);
        }

        return await task.WaitAsync(call.Http.RequestAborted);
    }

    public void Dispose() => _lists.Dispose();

    /// <summary>Goes on when the request that began it ends: others may be waiting for the same list.</summary>
    private async Task<MeshList> ComposeAsync(ListKey key, ListQuestion question, PolicyEngine policy)
    {
        await Task.Yield();
        try
        {
            var list = await composer.ComposeAsync(question, policy);
            var keep = mesh.Limits.ListCacheFor;
            if (!list.IsComplete || keep <= TimeSpan.Zero) return list;
            var options = new MemoryCacheEntryOptions { Size = list.Result.Length + 512, AbsoluteExpirationRelativeToNow = keep };
            _lists.Set(key, new Entry(list, time.GetUtcNow() + keep), options);
            return list;
        }
        finally
        {
            lock (_gate) _inFlight.Remove(key);
        }
    }

    private sealed record Entry(MeshList List, DateTimeOffset Until);
}
