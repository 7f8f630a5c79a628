using System.Text.Json;
using McpMesh.Adapters.Mcp;
using McpMesh.Adapters.Sql;
using McpMesh.Adapters.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace McpMesh.Adapters.Tests.Sql;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly SqliteDatabase _database;

    public SqliteDatabaseTests()
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        _path = Path.Combine(_folder.Path, "a.db");
        using var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, amount REAL, raw BLOB); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
            + "INSERT INTO orders SELECT i, CASE WHEN i % 4 = 0 THEN 'failed' ELSE 'paid' END, i * 1.25, x'00FF' FROM n;";
        command.ExecuteNonQuery();
        _database = new SqliteDatabase(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_query_returns_typed_rows()
    {
        var row = (await QueryAsync("SELECT id, status, amount, raw, NULL FROM orders WHERE id = $1", "4")).GetProperty("rows")[0];
        Assert.Equal(4, row[0].GetInt32());
        Assert.Equal("failed", row[1].GetString());
        Assert.Equal(5.0, row[2].GetDouble());
        Assert.Equal("AP8=", row[3].GetString());
        Assert.Equal(JsonValueKind.Null, row[4].ValueKind);
    }

    [Fact]
    public async Task Parameters_are_bound_by_their_number_wherever_they_stand()
    {
        var row = (await QueryAsync("SELECT $2, $1, $2", "\"one\"", "\"two\"")).GetProperty("rows")[0];
        Assert.Equal(["two", "one", "two"], row.EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public async Task A_missing_parameter_is_named()
    {
        var error = await Assert.ThrowsAsync<ToolInputException>(async () => await QueryAsync("SELECT $1, $2", "1"));
        Assert.Equal("parameters", error.Field);
    }

    [Fact]
    public async Task More_rows_or_bytes_than_allowed_are_cut_and_said_so()
    {
        var rows = await _database.QueryAsync(new SqlQuery("SELECT id FROM orders", [], 10, 1_000_000, TimeSpan.FromSeconds(60)), default);
        Assert.Equal((10, true), (rows.GetProperty("rowCount").GetInt32(), rows.GetProperty("truncated").GetBoolean()));
        var bytes = await _database.QueryAsync(
            new SqlQuery("SELECT hex(zeroblob(500)) FROM orders", [], 1000, 10_000, TimeSpan.FromSeconds(60)), default);
        Assert.True(bytes.GetProperty("truncated").GetBoolean());
        Assert.InRange(bytes.GetProperty("rowCount").GetInt32(), 1, 10);
    }

    [Theory]
    [InlineData("INSERT INTO orders (id) VALUES (1000)")]
    [InlineData("UPDATE orders SET status = 'x'")]
    [InlineData("UPDATE sqlite_master SET sql = ''")]
    [InlineData("DELETE FROM orders")]
    [InlineData("WITH n AS (SELECT 1) DELETE FROM orders")]
    [InlineData("CREATE TABLE t (x)")]
    [InlineData("CREATE TEMP TABLE t (x)")]
    [InlineData("DROP TABLE orders")]
    [InlineData("ATTACH DATABASE '/tmp/mesh-other.db' AS other")]
    [InlineData("DETACH DATABASE main")]
    [InlineData("PRAGMA writable_schema = ON")]
    [InlineData("PRAGMA query_only = OFF")]
    [InlineData("PRAGMA journal_mode = WAL")]
    [InlineData("VACUUM INTO '/tmp/mesh-copy.db'")]
    [InlineData("SELECT load_extension('/tmp/x.so')")]
    [InlineData("BEGIN")]
    [InlineData("SELECT 1; DELETE FROM orders")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("")]
    [InlineData("-- nothing")]
    public async Task A_statement_that_is_no_single_reading_is_refused_and_changes_nothing(string sql)
    {
        var before = await File.ReadAllBytesAsync(_path);
        await Assert.ThrowsAsync<ToolFailureException>(async () => await QueryAsync(sql));
        Assert.Equal(before, await File.ReadAllBytesAsync(_path));
    }

    [Fact]
    public async Task A_comment_behind_a_statement_is_no_second_statement()
    {
        var answer = await QueryAsync("SELECT 1; -- done");
        Assert.Equal(1, answer.GetProperty("rowCount").GetInt32());
    }

    [Fact]
    public async Task A_runaway_statement_is_stopped()
    {
        var query = new SqlQuery("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", [], 10, 1000,
            TimeSpan.FromMilliseconds(200));
        var error = await Assert.ThrowsAsync<ToolFailureException>(async () => await _database.QueryAsync(query, default));
        Assert.Equal("The statement was stopped after 0.2 s.", error.Message);
    }

    [Fact]
    public async Task A_caller_who_leaves_stops_the_statement()
    {
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var query = new SqlQuery("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", [], 10, 1000,
            TimeSpan.FromMinutes(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _database.QueryAsync(query, gone.Token));
    }

    [Fact]
    public async Task One_huge_value_is_refused_before_it_is_made()
    {
        var query = new SqlQuery("SELECT length(zeroblob(900000000))", [], 10, 100_000, TimeSpan.FromSeconds(60));
        var error = await Assert.ThrowsAsync<ToolFailureException>(async () => await _database.QueryAsync(query, default));
        Assert.Contains("too big", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said_so_and_not_created()
    {
        var path = Path.Combine(_folder.Path, "none.db");
        var error = await Assert.ThrowsAsync<ToolFailureException>(
            async () => await new SqliteDatabase(path).QueryAsync(new SqlQuery("SELECT 1", [], 1, 100, TimeSpan.FromSeconds(60)), default));
        Assert.Equal("The database cannot be opened.", error.Message);
        Assert.False(File.Exists(path));
    }

    private ValueTask<JsonElement> QueryAsync(string sql, params string[] parameters) => _database.QueryAsync(
        new SqlQuery(sql, [.. parameters.Select(JsonSchema.Parse)], 1000, 1_000_000, TimeSpan.FromSeconds(60)), default);
}
