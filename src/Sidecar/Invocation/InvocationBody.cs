using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Invocation;

/// <summary>The body of an invocation, for one attempt or for several.</summary>
internal sealed class InvocationBody : IDisposable
{
    private readonly HttpContext _context;
    private readonly RequestBody? _kept;
    private RelayedBody? _relayed;

    private InvocationBody(HttpContext context, bool exists, RequestBody? kept)
    {
        _context = context;
        Exists = exists;
        _kept = kept;
    }

    public bool Exists { get; }

    /// <summary>Of unknown length: it may be endless, and it is never kept.</summary>
    public bool IsStream => Exists && _context.Request.ContentLength is null;

    /// <summary>Whether another attempt would send the same.</summary>
    public bool CanBeSent => _relayed is not { Started: true };

    /// <param name="keepUpTo">A body of at most this size is read now and can be sent as often as need be.</param>
    /// <param name="refuse">The error for a body that cannot be read.</param>
    public static async ValueTask<InvocationBody> PrepareAsync(
        HttpContext context, long keepUpTo, Func<string, ApiException>? refuse = null)
    {
        var exists = RequestRelay.HasBody(context);
        var keeps = exists && context.Request.ContentLength is { } length && length <= keepUpTo;
        return new InvocationBody(context, exists, keeps ? await RequestBody.ReadAsync(context, refuse) : null);
    }

    /// <summary>The content of one attempt; null when there is no body.</summary>
    public HttpContent? NewContent()
    {
        if (!Exists) return null;
        if (_kept is { } kept) return new ReadOnlyMemoryContent(kept.Memory);
        return _relayed = new RelayedBody(_context, _context.Request.ContentLength);
    }

    public void Dispose() => _kept?.Dispose();
}
