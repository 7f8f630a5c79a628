using McpMesh.Configuration;
using McpMesh.Policy;

namespace McpMesh.PolicyDecision.Administration;

/// <summary>
/// Follows the configuration file: a good content comes into force and is announced, a bad one is reported and changes nothing.
/// </summary>
internal sealed partial class PolicyReloader(
    MeshConfigurationWatcher watcher, PolicyStore store, PolicyAnnouncer announcer, ILogger<PolicyReloader> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in watcher.WatchAsync(stoppingToken))
        {
            if (Apply(change))
                announcer.Announce(store.Current!);
        }
    }

    private bool Apply(MeshConfigurationChange change)
    {
        var before = store.Current?.Digest ?? "none";
        if (change.Configuration is null)
        {
            foreach (var error in change.Errors)
                LogError(error.ToString());

            // First the state, then the word: whoever reads the log may ask at once.
            store.Reject(string.Join('\n', change.Errors));
            LogKept(before, change.Errors.Length);
            return false;
        }

        try
        {
            if (!store.Accept(MeshPolicyMapping.ToPolicy(change.Configuration)))
                return false;
        }
        catch (PolicyException refused)
        {
            LogError(refused.Message);
            store.Reject(refused.Message);
            LogKept(before, 1);
            return false;
        }

        LogInForce(store.Current!.Digest, before);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Error}")]
    private partial void LogError(string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Policy {Digest} stays in force: the configuration has {Count} error(s)")]
    private partial void LogKept(string digest, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Policy {Digest} is in force, before it {Before}")]
    private partial void LogInForce(string digest, string before);
}
