using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpMesh.Policy.Distribution;

/// <summary>
/// Keeps an enforcement point's policy current: pulls from the decision point at start until the first version arrived, then whenever the
/// decision point says that there is another, and whenever asked. On any failure the present version stays in force.
/// </summary>
internal sealed partial class PolicyClient(HttpClient http, TimeProvider time, ILogger<PolicyClient> logger)
    : BackgroundService, IPolicySource
{
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lifetime = new();
    private Task<bool> _running = Task.FromResult(false);
    private Task<bool>? _next;
    private volatile PolicyEngine? _current;
    private volatile EntityTagHeaderValue? _seen;
    private bool _isFailing;

    public PolicyEngine? Current => _current;

    /// <inheritdoc/>
    /// <remarks>
    /// A pull that has not begun yet is shared; one under way is not, because it may have missed the change that the caller knows of.
    /// </remarks>
    public Task RefreshAsync(CancellationToken cancellationToken) => Enter().WaitAsync(cancellationToken);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _lifetime.Dispose();
        http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await Enter().WaitAsync(stoppingToken).ConfigureAwait(false) && await WatchAsync(stoppingToken).ConfigureAwait(false))
                    failures = 0;
                else
                    await Task.Delay(BackOff(++failures), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host whose start failed would report this as the failure of a service.
        }
    }

    /// <summary>
    /// Asks to be answered when there is another version, and returns then, or after some seconds without one. The event
    /// <c>policy-changed</c>
    /// reaches one replica of an application only; this reaches each.
    /// </summary>
    /// <returns>False when the decision point cannot be asked.</returns>
    private async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request();
            request.Headers.TryAddWithoutValidation("Prefer", "wait=5");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            return response.StatusCode is HttpStatusCode.NotModified or HttpStatusCode.OK;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri("policy", UriKind.Relative));
        if (_seen is { } seen)
            request.Headers.IfNoneMatch.Add(seen);

        return request;
    }

    /// <summary>Doubles up to a bound, with jitter so that enforcement points do not all come at once.</summary>
    private static TimeSpan BackOff(int failures)
    {
        var longest = s_firstRetry * Math.Pow(2, Math.Min(failures - 1, 10));
        var bounded = longest < s_longestRetry ? longest : s_longestRetry;
        return bounded * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private Task<bool> Enter()
    {
        lock (_gate)
            return _next ??= PullAfterAsync(_running);
    }

    private async Task<bool> PullAfterAsync(Task<bool> previous)
    {
        // Also gets out of the lock of Enter.
        await Task.Yield();
        await ((Task)previous).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _running = _next!;
            _next = null;
        }

        return await TryPullAsync(_lifetime.Token).ConfigureAwait(false);
    }

    private async Task<bool> TryPullAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PullAsync(cancellationToken).ConfigureAwait(false);
            if (_isFailing)
                LogReachable(_current?.Digest);

            _isFailing = false;
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or PolicyException or OperationCanceledException)
        {
            if (!_isFailing && !cancellationToken.IsCancellationRequested)
                LogKept(_current?.Digest ?? "none", failure.Message);

            _isFailing = true;
            return false;
        }
    }

    private async Task PullAsync(CancellationToken cancellationToken)
    {
        using var request = Request();
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return;

        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var digest = PolicyDocumentJson.DigestOf(body);
        if (response.Headers.ETag?.Tag != $"\"{digest}\"")
            throw new PolicyException($"The policy that arrived does not have the digest that its ETag {response.Headers.ETag} names.");

        var engine = PolicyEngine.Compile(PolicyDocumentJson.Parse(body));
        if (engine.Digest != digest)
            throw new PolicyException($"The policy {digest} is not in canonical form.");

        _seen = response.Headers.ETag;
        _current = engine;
        LogInForce(digest);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Policy {Digest} is in force")]
    private partial void LogInForce(string digest);

    [LoggerMessage(Level = LogLevel.Information, Message = "The policy decision point answers again; in force is {Digest}")]
    private partial void LogReachable(string? digest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No newer policy could be taken over, {Digest} stays in force: {Failure}")]
    private partial void LogKept(string digest, string failure);
}
