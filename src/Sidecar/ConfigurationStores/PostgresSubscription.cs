using System.Text.Json;
using Npgsql;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>
/// One subscription on a connection of its own, so that a slow subscriber keeps nobody else. A connection that breaks is made again; what
/// changed meanwhile is read from the table and told then.
/// </summary>
internal sealed partial class PostgresSubscription(
    NpgsqlDataSource source, string table, string channel, IReadOnlyList<string> keys,
    Func<ConfigurationUpdate, CancellationToken, Task> updated, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<string> _notifications = new();
    private Dictionary<string, ConfigurationItem> _known = [];
    private Task _work = Task.CompletedTask;

    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Ends when the channel is listened to: no later change is missed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var connection = await ListenAsync(cancellationToken);
        try
        {
            _known = await PostgresRows.ReadAsync(connection, table, keys, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        _work = WorkAsync(connection);
    }

    /// <summary>Ends it without waiting.</summary>
    public void Stop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task<NpgsqlConnection> ListenAsync(CancellationToken cancellationToken)
    {
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            connection.Notification += (_, notification) => _notifications.Enqueue(notification.Payload);
            await using var listen = new NpgsqlCommand($"LISTEN \"{channel}\"", connection);
            await listen.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task WorkAsync(NpgsqlConnection connection)
    {
        try
        {
            while (true)
            {
                try
                {
                    await using (connection)
                    {
                        while (true)
                        {
                            await TellAsync();
                            await connection.WaitAsync(_stop.Token);
                        }
                    }
                }
                catch (Exception error) when (PostgresConfigurationStore.IsFault(error) && !_stop.IsCancellationRequested)
                {
                    Lost(logger, channel, error.Message);
                }

                connection = await ReconnectAsync();
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // It was ended, or the component was closed.
        }
    }

    private async Task<NpgsqlConnection> ReconnectAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            var pause = Math.Min(FirstPause.Ticks << Math.Min(attempt, 10), LongestPause.Ticks);
            await Task.Delay(TimeSpan.FromTicks((long)(pause * (0.5 + Random.Shared.NextDouble()))), clock, _stop.Token);
            try
            {
                var connection = await ListenAsync(_stop.Token);
                var before = _known;
                _known = await PostgresRows.ReadAsync(connection, table, keys, _stop.Token);
                Found(logger, channel);
                foreach (var (key, item) in _known)
                {
                    if (!before.TryGetValue(key, out var old) || old.Value != item.Value || old.Version != item.Version)
                        await TellAsync(key, item);
                }

                return connection;
            }
            catch (Exception error) when (PostgresConfigurationStore.IsFault(error))
            {
                // The next attempt, after a longer pause.
            }
        }
    }

    private async Task TellAsync()
    {
        while (_notifications.TryDequeue(out var payload))
        {
            try
            {
                var (key, item) = PostgresRows.ReadNotification(payload);
                if (keys.Count > 0 && !keys.Contains(key, StringComparer.Ordinal)) continue;
                _known[key] = item;
                await TellAsync(key, item);
            }
            catch (JsonException error)
            {
                Unreadable(logger, channel, error.Message);
            }
        }
    }

    private async Task TellAsync(string key, ConfigurationItem item)
    {
        try
        {
            await updated(new ConfigurationUpdate(Id, new Dictionary<string, ConfigurationItem> { [key] = item }), _stop.Token);
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            NotTold(logger, key, error.Message);
        }
    }

    [LoggerMessage(81, LogLevel.Warning, "configuration: the connection that listens to {Channel} broke and is made again: {Reason}")]
    private static partial void Lost(ILogger logger, string channel, string reason);

    [LoggerMessage(82, LogLevel.Information, "configuration: {Channel} is listened to again")]
    private static partial void Found(ILogger logger, string channel);

    [LoggerMessage(83, LogLevel.Error, "configuration: a notification of {Channel} cannot be read: {Reason}")]
    private static partial void Unreadable(ILogger logger, string channel, string reason);

    [LoggerMessage(84, LogLevel.Error, "configuration: the update of {Key} was not told: {Reason}")]
    private static partial void NotTold(ILogger logger, string key, string reason);
}
