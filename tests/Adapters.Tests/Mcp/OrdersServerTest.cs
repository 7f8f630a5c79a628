using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Configuration;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.Adapters.Tests.Mcp;

/// <summary>A test on a running server <c>analytics</c> whose database holds two orders.</summary>
public abstract class OrdersServerTest : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected AdapterHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        var path = Path.Combine(_folder.Path, "a.db");
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            var command = connection.CreateCommand();
            command.CommandText =
                "CREATE TABLE orders(id INTEGER PRIMARY KEY, status TEXT); INSERT INTO orders VALUES (1,'paid'),(2,'failed');";
            await command.ExecuteNonQueryAsync();
        }
        Host = await AdapterHost.StartAsync(
            "analytics", new AdapterConfiguration { Kind = "sql", Database = $"sqlite:{path}" }, ["query"], replace: Replace);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a class of tests has otherwise than a server has it.</summary>
    private protected virtual void Replace(IServiceCollection services) { }
}
