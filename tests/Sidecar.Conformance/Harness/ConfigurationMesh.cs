using System.Text.Json;
using System.Threading.Channels;
using McpMesh.Adapters.Tests.Sql;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A sidecar with the one configuration store that both engines have and this machine can run: PostgreSQL.</summary>
public sealed class ConfigurationMesh : SidecarFixture
{
    // As Dapr's documentation gives it to the owner of the table.
    private const string Table = """
        CREATE TABLE settings (key VARCHAR NOT NULL, value VARCHAR NOT NULL, version VARCHAR NOT NULL, metadata JSON);
        CREATE FUNCTION notify_settings() RETURNS TRIGGER AS $$
        DECLARE data json; notification json;
        BEGIN
          IF (TG_OP = 'DELETE') THEN data = row_to_json(OLD); ELSE data = row_to_json(NEW); END IF;
          notification = json_build_object('table', TG_TABLE_NAME, 'action', TG_OP, 'data', data);
          PERFORM pg_notify('settings', notification::text);
          RETURN NULL;
        END; $$ LANGUAGE plpgsql;
        CREATE TRIGGER settings AFTER INSERT OR UPDATE OR DELETE ON settings FOR EACH ROW EXECUTE PROCEDURE notify_settings();
        """;

    private readonly PostgresServer _postgres = new();
    private readonly Channel<(string Path, JsonElement Body)> _updates = Channel.CreateUnbounded<(string, JsonElement)>();
    private NpgsqlDataSource? _database;

    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    internal override async Task PrepareAsync()
    {
        await _postgres.InitializeAsync();
        _database = NpgsqlDataSource.Create(_postgres.ConnectionString);
        await ExecuteAsync(Table);
    }

    internal override void WriteResources()
    {
        WriteConfiguration("config");
        var server = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString);
        Folder.WriteComponent(
            "settings", "configuration.postgresql", ("table", "settings"), ("notifyChannel", "settings"),
            ("connectionString", $"host={server.Host} port={server.Port} user={server.Username} dbname={server.Database} connect_timeout=5"));
    }

    internal override async Task<TestApp?> StartAppAsync() => Owned(await TestApp.StartAsync(TakeAsync));

    internal Task SetAsync(string key, string value, string version, string metadata = "{}") => ExecuteAsync(
        $"INSERT INTO settings (key, value, version, metadata) VALUES ('{key}', '{value}', '{version}', '{metadata}')");

    /// <summary>The next update that the app got.</summary>
    internal async Task<(string Path, JsonElement Body)> UpdateAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _updates.Reader.ReadAsync(limit.Token);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        await _updates.Writer.WriteAsync((context.Request.Path.Value!, body));
    }
}
