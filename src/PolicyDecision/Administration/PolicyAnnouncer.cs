using System.Threading.Channels;
using Dapr;
using Dapr.Client;
using McpMesh.Audit;

namespace McpMesh.PolicyDecision.Administration;

/// <summary>
/// Tells enforcement points (topic <c>policy-changed</c>) and the audit log of each new version. A version is in force before it is
/// announced; enforcement points that miss the event pull within seconds. Announcements are retried in order until the sidecar takes them.
/// </summary>
internal sealed partial class PolicyAnnouncer(DaprClient dapr, IAuditPublisher audit, TimeProvider time, ILogger<PolicyAnnouncer> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private readonly Channel<PolicyVersion> _versions = Channel.CreateUnbounded<PolicyVersion>();

    public void Announce(PolicyVersion version) => _versions.Writer.TryWrite(version);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var version in _versions.Reader.ReadAllAsync(stoppingToken))
        {
            await PersistAsync(
                () => dapr.PublishEventAsync("pubsub", "policy-changed", new PolicyChanged(version.Digest), stoppingToken), stoppingToken);
            var record = RecordOf(version);
            await PersistAsync(async () => await audit.RecordAsync(record, stoppingToken), stoppingToken);
            LogAnnounced(version.Digest);
        }
    }

    private async Task PersistAsync(Func<Task> announce, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                await announce();
                return;
            }
            catch (Exception failure) when (failure is DaprException or AuditUnavailableException or HttpRequestException)
            {
                LogRetry(failure.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    // One id for all attempts: the sink keeps one record however often it arrives.
    private static AuditEvent RecordOf(PolicyVersion version) => new()
    {
        Id = Guid.CreateVersion7(version.Since).ToString(),
        Kind = AuditEventKind.PolicyChanged,
        Time = version.Since,
        Emitter = "policy",
        PolicyDigest = version.Digest,
        Outcome = "success",
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Policy {Digest} is announced")]
    private partial void LogAnnounced(string digest);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The announcement was not taken yet: {Failure}")]
    private partial void LogRetry(string failure);
}
