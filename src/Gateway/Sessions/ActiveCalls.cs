using System.Collections.Concurrent;
using System.Text;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Sessions;

/// <summary>
/// The calls that this replica is making, so that they can be given up: in the modern era by closing the stream, in the legacy era, where
/// a lost connection means nothing, by <c>notifications/cancelled</c> in the same session.
/// </summary>
internal sealed class ActiveCalls
{
    private readonly ConcurrentDictionary<(string Session, string Id), CancellationTokenSource> _calls = new();

    /// <summary>Makes the call known until the registration is disposed.</summary>
    public Registration Register(GatewayCall call)
    {
        if (call.Era == McpEra.Modern || call.Session is null) return new Registration(null, default, null, call.Http.RequestAborted);
        var key = (call.Session.Id, Encoding.UTF8.GetString(call.Envelope!.Id.Of(call.Body.Span)));
        var source = new CancellationTokenSource();
        // An id that is in use twice is the client's mistake; the first call keeps it.
        return _calls.TryAdd(key, source)
            ? new Registration(_calls, key, source, source.Token)
            : new Registration(null, default, source, source.Token);
    }

    /// <summary>Gives up the call with this id, if it is being made here.</summary>
    public void Cancel(LegacySession session, string id)
    {
        if (!_calls.TryGetValue((session.Id, id), out var source)) return;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in this moment.
        }
    }

    /// <summary>One call's place among the active ones.</summary>
    /// <param name="Unwanted">Cancelled when the agent gives the call up.</param>
    internal readonly record struct Registration(
        ConcurrentDictionary<(string Session, string Id), CancellationTokenSource>? Calls,
        (string Session, string Id) Key,
        CancellationTokenSource? Source,
        CancellationToken Unwanted) : IDisposable
    {
        public void Dispose()
        {
            Calls?.TryRemove(Key, out _);
            Source?.Dispose();
        }
    }
}
