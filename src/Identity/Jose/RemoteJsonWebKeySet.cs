namespace McpMesh.Identity.Jose;

/// <summary>
/// The keys at a <c>jwks_uri</c>: cached, fetched by one request at a time however many wait, and the last good set is kept when a fetch
/// fails or brings a set that must not be used.
/// </summary>
/// <param name="http">Client for the fetch; redirects should be off.</param>
/// <param name="uri">The <c>jwks_uri</c>.</param>
/// <param name="options">Bounds; null: defaults.</param>
/// <param name="time">The clock; null: the system's.</param>
public sealed class RemoteJsonWebKeySet(HttpClient http, Uri uri, RemoteJsonWebKeySetOptions? options = null, TimeProvider? time = null)
    : IJsonWebKeySetSource
{
    private readonly RemoteJsonWebKeySetOptions _options = options ?? new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private JsonWebKeySet? _keys;
    private long _fetched;
    private long? _attempted;
    private Task? _fetch;
    private Exception? _failure;

    /// <inheritdoc/>
    public async ValueTask<JsonWebKeySet> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (FetchIfNeeded(keyId) is { } fetch) await fetch.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate) return _keys ?? throw new JsonWebKeySetUnavailableException("The issuer's keys are not available.", _failure);
    }

    /// <summary>The fetch to wait for; null when the keys at hand will do.</summary>
    private Task? FetchIfNeeded(string? keyId)
    {
        lock (_gate)
        {
            var fresh = _keys is not null && _time.GetElapsedTime(_fetched) < _options.MaxAge;
            if (fresh && (keyId is null || _keys!.Contains(keyId))) return null;
            if (_fetch is { IsCompleted: false }) return _fetch;
            var interval = _keys is null ? _options.FirstInterval : _options.MinimumInterval;
            if (_attempted is { } last && _time.GetElapsedTime(last) < interval) return null;
            _attempted = _time.GetTimestamp();

            // Off this thread: the lock is held, and the callers' cancellation is not the fetch's.
            return _fetch = Task.Run(FetchAsync, CancellationToken.None);
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(_options.Timeout, _time);
            var keys = await DownloadAsync(timeout.Token).ConfigureAwait(false);
            lock (_gate) (_keys, _fetched, _failure) = (keys, _time.GetTimestamp(), null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JoseException)
        {
            lock (_gate) _failure = e;
        }
    }

    private async Task<JsonWebKeySet> DownloadAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[JsonWebKeySet.MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return JsonWebKeySet.Parse(buffer.AsMemory(0, length));
    }
}
