using McpMesh.Configuration;
using McpMesh.Gateway.Errors;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Decides which call a request is: a new one, or one that exists. With a key the key says it. Without one a request attaches to an equal
/// call of the same principal whose stream broke before its result was delivered, because MCP 2026-07-28 makes clients repeat such a
/// request under another id; while the other stream still stands, an equal request is another call.
/// </summary>
internal sealed class CallRegister(CallStore store, ReplicaLife life, MeshConfiguration mesh)
{
    private const int MostAttempts = 64;
    private const int MostOpenCalls = 256;
    private static readonly TimeSpan NameLifetime = TimeSpan.FromHours(24);

    /// <summary>A runbook may wait for days.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(7);

    /// <summary>The call that the key names, for as long as keys are kept.</summary>
    public async Task<(CallPlace? Place, GatewayError? Error)> NameAsync(CallClaim claim, string key, CancellationToken cancellationToken)
    {
        var id = CallIdentity.Named(claim, key);
        var earlier = await store.CreateAsync("call-name-" + id, claim, NameLifetime, cancellationToken);
        if (earlier is null) return (new CallPlace(id, IsNew: true, null, default), null);
        return earlier == claim
            ? (new CallPlace(id, IsNew: false, null, default), null)
            : (null, GatewayErrors.IdempotencyConflict);
    }

    /// <summary>A call that was lost, or a new one; either is held by this replica from now on.</summary>
    /// <param name="waits">How long it may wait before it is made.</param>
    public async Task<(CallPlace? Place, GatewayError? Error)> OpenAsync(
        CallClaim claim, bool isRunbook, TimeSpan waits, CancellationToken cancellationToken)
    {
        var openFor = waits + mesh.Limits.KeepResultsFor + (isRunbook ? LongestRun : mesh.Limits.CallTimeout);
        var key = CallIdentity.OpenKeyOf(claim);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (open, version) = await store.ReadAsync<OpenCalls>(key, cancellationToken);
            var calls = open?.Calls ?? [];
            var lost = await FindLostAsync(calls, cancellationToken);
            if (lost is null && calls.Length >= MostOpenCalls) return (null, GatewayErrors.TooManyEqualCalls);
            var held = new OpenCall(lost?.Id ?? CallIdentity.Fresh(), life.Id);
            var changed = new OpenCalls([.. calls.Where(call => call.Id != held.Id), held]);
            if (await store.TryChangeAsync(key, changed, version, openFor, cancellationToken))
                return (new CallPlace(held.Id, lost is null, key, openFor), null);
        }

        return (null, GatewayErrors.TooManyEqualCalls);
    }

    /// <summary>The result has gone out whole: an equal request is another call from now on.</summary>
    public Task DeliveredAsync(CallPlace place) => ChangeAsync(place, calls => [.. calls.Where(call => call.Id != place.Id)]);

    /// <summary>The stream broke: an equal request is the same call.</summary>
    public Task LostAsync(CallPlace place) => ChangeAsync(
        place, calls => [.. calls.Select(call => call.Id == place.Id && call.Holder == life.Id ? call with { Holder = null } : call)]);

    private async Task ChangeAsync(CallPlace place, Func<OpenCall[], OpenCall[]> change)
    {
        if (place.OpenKey is null) return;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (open, version) = await store.ReadAsync<OpenCalls>(place.OpenKey, CancellationToken.None);
            if (open is null) return;
            if (await store.TryChangeAsync(place.OpenKey, new OpenCalls(change(open.Calls)), version, place.OpenFor, CancellationToken.None)) return;
        }
    }

    private async Task<OpenCall?> FindLostAsync(OpenCall[] calls, CancellationToken cancellationToken)
    {
        foreach (var call in calls)
            if (call.Holder is null || !await life.LivesAsync(call.Holder, cancellationToken)) return call;
        return null;
    }
}
