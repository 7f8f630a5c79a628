using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;

namespace McpMesh.DevIdp.Tokens;

/// <summary>Issues, rotates and revokes refresh tokens. Every change is on disk before anybody learns of it.</summary>
internal sealed partial class RefreshTokens : IDisposable
{
    private static readonly TimeSpan s_revocationOutlivesCode = TimeSpan.FromMinutes(2);

    private readonly DirectoryFile _directory;
    private readonly TimeProvider _time;
    private readonly ILogger<RefreshTokens> _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly RefreshTokenJournal _journal;
    private readonly ExpiringStore<bool> _neverIssue;

    public RefreshTokens(DevIdpOptions options, DirectoryFile directory, TimeProvider time, ILogger<RefreshTokens> logger)
    {
        (_directory, _time, _logger) = (directory, time, logger);
        _journal = new RefreshTokenJournal(Path.Combine(options.DataFolder, "refresh-tokens.jsonl"), time.GetUtcNow());
        _neverIssue = new ExpiringStore<bool>(time, capacity: 50_000);
    }

    /// <summary>What every dead refresh token is answered with.</summary>
    public static OAuthException Refused() => new("invalid_grant", "The refresh token is not valid.");

    /// <summary>The first token of a new family.</summary>
    public Task<string> IssueAsync(
        string familyId, string clientId, Authentication authentication, string scope, CancellationToken cancellationToken) =>
        ChangeAsync(now =>
        {
            if (_neverIssue.TryGet(familyId, out _)) throw Refused();
            var secret = RandomText.Secret();
            _journal.Write(
                new RefreshTokenFamily
                {
                    Id = familyId,
                    ClientId = clientId,
                    UserId = authentication.UserId,
                    SessionId = authentication.SessionId,
                    AuthenticatedAt = authentication.At,
                    Scope = scope,
                    ExpiresAt = now + _directory.Current.Settings.RefreshTokenLifetime,
                    SecretHash = RandomText.HashOf(secret),
                },
                now);
            return $"{familyId}.{secret}";
        }, cancellationToken);

    /// <summary>The family of a valid token of that client.</summary>
    /// <exception cref="OAuthException"><c>invalid_grant</c>; when the token was used before, its family is revoked.</exception>
    public Task<RefreshTokenFamily> FindAsync(string token, string clientId, CancellationToken cancellationToken) =>
        ChangeAsync(now => Require(token, clientId, now), cancellationToken);

    /// <summary>Replaces a valid token by the next of its family.</summary>
    /// <exception cref="OAuthException"><c>invalid_grant</c>; when the token was used before, its family is revoked.</exception>
    public Task<string> RotateAsync(string token, string clientId, CancellationToken cancellationToken) =>
        ChangeAsync(now =>
        {
            var family = Require(token, clientId, now);
            var secret = RandomText.Secret();
            // Its lifetime is that of disuse, as with the IdPs that it stands for: whoever keeps renewing stays.
            _journal.Write(
                family with { SecretHash = RandomText.HashOf(secret), ExpiresAt = now + _directory.Current.Settings.RefreshTokenLifetime }, now);
            return $"{family.Id}.{secret}";
        }, cancellationToken);

    /// <summary>Revokes a family, also one whose first token is just being issued.</summary>
    public Task RevokeAsync(string familyId, CancellationToken cancellationToken) => ChangeAsync(now =>
    {
        _neverIssue.TryAdd(familyId, true, now + s_revocationOutlivesCode);
        return !_journal.Families.TryGetValue(familyId, out var family) || Revoke(family, now);
    }, cancellationToken);

    /// <summary>Revokes what came from one session.</summary>
    public Task RevokeSessionAsync(string sessionId, CancellationToken cancellationToken) => ChangeAsync(
        now => _journal.Families.Values.Where(f => f.SessionId == sessionId).ToList().TrueForAll(f => Revoke(f, now)), cancellationToken);

    public void Dispose()
    {
        _journal.Dispose();
        _gate.Dispose();
    }

    private async Task<T> ChangeAsync<T>(Func<DateTimeOffset, T> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return change(_time.GetUtcNow());
        }
        finally
        {
            _gate.Release();
        }
    }

    private RefreshTokenFamily Require(string token, string clientId, DateTimeOffset now)
    {
        var parts = token.Split('.');
        if (parts.Length != 2 || !_journal.Families.TryGetValue(parts[0], out var family)) throw Refused();
        if (family.ClientId != clientId || family.ExpiresAt <= now) throw Refused();
        if (SecretComparison.AreEqual(RandomText.HashOf(parts[1]), family.SecretHash)) return family;
        Revoke(family, now);
        Reused(clientId, family.UserId);
        throw Refused();
    }

    private bool Revoke(RefreshTokenFamily family, DateTimeOffset now)
    {
        _journal.Write(family with { Revoked = true }, now);
        return true;
    }

    [LoggerMessage(40, LogLevel.Warning, "Client {ClientId} reused a refresh token of user {UserId}; its family is revoked.")]
    private partial void Reused(string clientId, string userId);
}
