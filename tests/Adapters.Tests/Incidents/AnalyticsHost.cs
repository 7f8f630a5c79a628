using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Configuration;
using Microsoft.Data.Sqlite;

namespace McpMesh.Adapters.Tests.Incidents;

/// <summary>The analytics adapter with four orders, three of them in the window of the incident.</summary>
internal sealed class AnalyticsHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AdapterHost Host { get; private set; } = null!;

    public static async Task<AnalyticsHost> StartAsync()
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        var analytics = new AnalyticsHost();
        var path = Path.Combine(analytics._folder.Path, "a.db");
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE orders (placed_at TEXT, status TEXT, amount_cents INTEGER); INSERT INTO orders VALUES "
                + "('2026-11-19T13:00:00Z','failed',900),('2026-11-19T14:02:00Z','failed',1050),"
                + "('2026-11-19T14:20:00Z','failed',2000),('2026-11-19T14:40:00Z','paid',700);";
            await command.ExecuteNonQueryAsync();
        }
        analytics.Host = await AdapterHost.StartAsync(
            "analytics", new AdapterConfiguration { Kind = "sql", Database = $"sqlite:{path}" }, ["query"]);
        return analytics;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
