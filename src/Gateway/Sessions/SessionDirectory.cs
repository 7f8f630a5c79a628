using System.Buffers.Text;
using System.Security.Cryptography;
using McpMesh.Configuration;
using McpMesh.Identity;
using McpMesh.Protocol;
using Microsoft.Extensions.Caching.Memory;

namespace McpMesh.Gateway.Sessions;

/// <summary>Opens, finds and ends sessions. Remembers each for a moment, so that a busy session does not ask the store on every
/// call.</summary>
internal sealed class SessionDirectory(ISessionStore store, MeshConfiguration mesh, TimeProvider time) : IDisposable
{
    /// <summary>How soon the end of a session at another replica is noticed here.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private const int IdBytes = 32;
    private const int MostRemembered = 10_000;
    private static readonly int IdLength = Base64Url.GetEncodedLength(IdBytes);

    private readonly MemoryCache _recent = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    /// <summary>Opens a session for the owner of this token.</summary>
    public async Task<LegacySession> OpenAsync(
        AccessToken owner, string? pathServer, McpRevision revision, CancellationToken cancellationToken)
    {
        var session = new LegacySession
        {
            Id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)),
            Subject = SubjectOf(owner),
            ClientId = owner.ClientId,
            PathServer = pathServer,
            Version = revision.Version,
            TouchedAt = time.GetUtcNow(),
        };
        await store.SaveAsync(session, cancellationToken);
        return session;
    }

    /// <summary>The session with this id if this caller opened it on this path; else null, whatever the reason.</summary>
    public async ValueTask<LegacySession?> FindAsync(string id, AccessToken caller, string? pathServer, CancellationToken cancellationToken)
    {
        if (id.Length != IdLength || !Base64Url.IsValid(id)) return null;
        var session = _recent.TryGetValue(id, out Remembered? known) && time.GetUtcNow() < known!.Until
            ? known.Session
            : await LoadAsync(id, cancellationToken);
        return session is not null && session.Subject == SubjectOf(caller) && session.ClientId == caller.ClientId
            && session.PathServer == pathServer
            ? session
            : null;
    }

    /// <summary>Stores the session with other content.</summary>
    public Task ChangeAsync(LegacySession session, CancellationToken cancellationToken)
    {
        _recent.Remove(session.Id);
        return store.SaveAsync(session, cancellationToken);
    }

    /// <summary>Ends the session, here at once and at other replicas within <see cref="Freshness"/>.</summary>
    public Task EndAsync(LegacySession session, CancellationToken cancellationToken)
    {
        _recent.Remove(session.Id);
        return store.DeleteAsync(session.Id, cancellationToken);
    }

    public void Dispose() => _recent.Dispose();

    private async Task<LegacySession?> LoadAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not var (session, version)) return null;
        var now = time.GetUtcNow();
        // One write per quarter of the idle time keeps a session alive without a write per call.
        if (now - session.TouchedAt > mesh.Limits.SessionIdle / 4)
        {
            session = session with { TouchedAt = now };
            await store.TouchAsync(session, version, cancellationToken);
        }

        var options = new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness };
        _recent.Set(id, new Remembered(session, now + Freshness), options);
        return session;
    }

    private static string SubjectOf(AccessToken token) => token.SubjectIdentity;

    private sealed record Remembered(LegacySession Session, DateTimeOffset Until);
}
