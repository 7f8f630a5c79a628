using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using McpMesh.Sidecar.Components;
using Npgsql;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>
/// <c>configuration.postgresql</c>: a table of key, value, version and metadata; of several rows of a key the highest version counts.
/// Changes are told by a trigger that notifies a channel with the row.
/// </summary>
internal sealed partial class PostgresConfigurationStore : IConfigurationStore, IDisposable
{
    private const int MostSubscriptions = 64; // each keeps a connection
    private readonly PostgresSettings _settings;
    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, PostgresSubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closed = new();

    private PostgresConfigurationStore(PostgresSettings settings, NpgsqlDataSource source, TimeProvider clock, ILogger logger) =>
        (_settings, _source, _clock, _logger) = (settings, source, clock, logger);

    public CancellationToken Closed => _closed.Token;

    /// <exception cref="Hosting.StartupException">The metadata is wrong, the server is not reached, or there is no such table.</exception>
    public static PostgresConfigurationStore Open(Component component, TimeProvider clock, ILogger logger)
    {
        var settings = PostgresSettings.Read(component);
        NpgsqlDataSource? source = null;
        try
        {
            var builder = new NpgsqlSlimDataSourceBuilder(settings.Connection);
            builder.EnableTransportSecurity();
            builder.EnableArrays();
            source = builder.Build();
            using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM pg_tables WHERE tablename=$1)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = settings.Table });
            if (command.ExecuteScalar() is not true)
                throw component.Invalid($"postgreSQL configuration table '{settings.Table}' does not exist");
            return new PostgresConfigurationStore(settings, source, clock, logger);
        }
        catch (Exception error) when (IsFault(error) || error is ArgumentException)
        {
            source?.Dispose();
            throw component.Invalid($"PostgreSQL configuration store connection error: {error.Message}");
        }
        catch
        {
            source?.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyDictionary<string, ConfigurationItem>> GetAsync(
        IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        Check(keys);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await PostgresRows.ReadAsync(connection, _settings.Table, keys, cancellationToken);
        }
        catch (Exception error) when (IsFault(error))
        {
            throw new ConfigurationException($"error in querying configuration store: '{error.Message}'", error);
        }
    }

    public async Task<string> SubscribeAsync(
        IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> metadata,
        Func<ConfigurationUpdate, CancellationToken, Task> updated, CancellationToken cancellationToken)
    {
        Check(keys);
        var channel = ChannelOf(metadata);
        if (_subscriptions.Count >= MostSubscriptions)
            throw new ConfigurationException($"there are {MostSubscriptions} subscriptions already");
        if (_closed.IsCancellationRequested) throw IsClosed();
        var subscription = new PostgresSubscription(_source, _settings.Table, channel, keys, updated, _clock, _logger);
        try
        {
            await subscription.StartAsync(cancellationToken);
        }
        catch (Exception error) when (IsFault(error) || error is ObjectDisposedException)
        {
            throw _closed.IsCancellationRequested
                ? IsClosed()
                : new ConfigurationException($"error listening to channel: {error.Message}", error);
        }

        _subscriptions[subscription.Id] = subscription;
        if (!_closed.IsCancellationRequested) return subscription.Id;
        // Closed meanwhile, and this one not seen.
        if (_subscriptions.TryRemove(subscription.Id, out _)) await subscription.DisposeAsync();
        throw IsClosed();
    }

    public async Task UnsubscribeAsync(string subscriptionId)
    {
        if (!_subscriptions.TryRemove(subscriptionId, out var subscription))
            throw new ConfigurationException($"unable to find subscription with ID : {subscriptionId}");
        await subscription.DisposeAsync();
    }

    public void Dispose()
    {
        _closed.Cancel();
        foreach (var id in _subscriptions.Keys)
        {
            if (!_subscriptions.TryRemove(id, out var subscription)) continue;
            subscription.Stop();
            Ended(_logger, id);
        }

        _source.Dispose();
    }

    /// <summary>What a server or the way to it does to an operation, and no mistake of ours.</summary>
    internal static bool IsFault(Exception error) =>
        error is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    private static ConfigurationException IsClosed() => new("configuration store is closed");

    private static void Check(IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            if (!Key().IsMatch(key))
                throw new ConfigurationException($"invalid key : '{key}'");
        }
    }

    private string ChannelOf(IReadOnlyDictionary<string, string> metadata)
    {
        var asked = metadata.FirstOrDefault(item => item.Key.Equals("pgNotifyChannel", StringComparison.OrdinalIgnoreCase)).Value;
        var channel = _settings.NotifyChannel ?? asked;
        if (string.IsNullOrEmpty(channel))
        {
            throw new ConfigurationException(
                $"unable to subscribe to \"{_settings.Table}\". notifyChannel must be set in component metadata or request metadata");
        }

        return PostgresSettings.ProblemOf(channel) is { } problem
            ? throw new ConfigurationException($"notifyChannel {problem}")
            : channel;
    }

    [LoggerMessage(85, LogLevel.Warning, "configuration: subscription {Id} has ended with its component; who wants changes subscribes again")]
    private static partial void Ended(ILogger logger, string id);

    [GeneratedRegex("^[a-zA-Z0-9./_]*$")]
    private static partial Regex Key();
}
