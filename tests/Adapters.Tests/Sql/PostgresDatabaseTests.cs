using System.Text.Json;
using McpMesh.Adapters.Mcp;
using McpMesh.Adapters.Sql;
using Npgsql;

namespace McpMesh.Adapters.Tests.Sql;

public sealed class PostgresDatabaseTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_query_returns_typed_rows()
    {
        var answer = await QueryAsync("SELECT id, status, amount, paid, NULL AS nothing FROM orders WHERE id = $1", "4");
        var row = answer.GetProperty("rows")[0];
        Assert.Equal(4, row[0].GetInt32());
        Assert.Equal("failed", row[1].GetString());
        Assert.Equal(5.00m, row[2].GetDecimal());
        Assert.Equal(JsonValueKind.Null, row[4].ValueKind);
        Assert.False(answer.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Aggregates_and_common_table_expressions_work()
    {
        var answer = await QueryAsync(
            "WITH f AS (SELECT * FROM orders WHERE status = $1) SELECT count(*), sum(amount) FROM f", "\"failed\"");
        Assert.Equal(125, answer.GetProperty("rows")[0][0].GetInt32());
    }

    [Fact]
    public async Task More_rows_than_allowed_are_cut_and_said_so()
    {
        var answer = await RunAsync(new SqlQuery("SELECT id FROM orders", [], 10, 1_000_000, TimeSpan.FromSeconds(60)));
        Assert.Equal(10, answer.GetProperty("rowCount").GetInt32());
        Assert.True(answer.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task More_bytes_than_allowed_are_cut_and_said_so()
    {
        var answer = await RunAsync(new SqlQuery("SELECT repeat('x', 1000) FROM orders", [], 1000, 10_000, TimeSpan.FromSeconds(60)));
        Assert.True(answer.GetProperty("truncated").GetBoolean());
        Assert.InRange(answer.GetProperty("rowCount").GetInt32(), 1, 10);
    }

    [Theory]
    [InlineData("INSERT INTO orders (id) VALUES (1000)")]
    [InlineData("UPDATE orders SET status = 'x'")]
    [InlineData("DELETE FROM orders")]
    [InlineData("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone")]
    [InlineData("CREATE TABLE t (x int)")]
    [InlineData("DROP TABLE orders")]
    [InlineData("COPY orders TO '/tmp/mesh-orders'")]
    [InlineData("COPY orders TO PROGRAM 'cat'")]
    [InlineData("SET statement_timeout = 0")]
    [InlineData("SET TRANSACTION READ WRITE")]
    [InlineData("DO $$ BEGIN PERFORM 1; END $$")]
    [InlineData("SELECT 1 INTO t")]
    [InlineData("SELECT * FROM orders FOR UPDATE")]
    [InlineData("SELECT nextval('s')")]
    [InlineData("VACUUM")]
    [InlineData("SELECT 1; DELETE FROM orders")]
    [InlineData("SELECT 1; COMMIT; DELETE FROM orders")]
    [InlineData("CALL p()")]
    public async Task A_statement_that_is_no_reading_is_refused_and_changes_nothing(string sql)
    {
        await Assert.ThrowsAsync<ToolFailureException>(async () => await QueryAsync(sql));
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var count = source.CreateCommand("SELECT count(*) FROM orders WHERE status IN ('paid', 'failed')");
        Assert.Equal(500L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task What_a_function_writes_in_spite_of_it_is_rolled_back()
    {
        await QueryAsync("SELECT lo_create(4711)"); // PostgreSQL 15 lets large objects pass in a read-only transaction
        var answer = await QueryAsync("SELECT count(*) FROM pg_largeobject_metadata");
        Assert.Equal(0, answer.GetProperty("rows")[0][0].GetInt32());
    }

    [Fact]
    public async Task A_runaway_statement_is_stopped()
    {
        var query = new SqlQuery("SELECT count(*) FROM generate_series(1, 1000000000) a, generate_series(1, 1000) b", [], 10, 1000,
            TimeSpan.FromMilliseconds(300));
        var error = await Assert.ThrowsAsync<ToolFailureException>(async () => await RunAsync(query));
        Assert.Equal("The statement was stopped after 0.3 s.", error.Message);
    }

    [Fact]
    public async Task A_setting_changed_inside_a_query_is_gone_with_the_next()
    {
        await using var database = Open();
        await database.QueryAsync(
            QueryOf("SELECT set_config('statement_timeout', '0', false), set_config('search_path', 'none', false)"), default);
        var answer = await database.QueryAsync(
            QueryOf("SELECT current_setting('search_path'), current_setting('transaction_read_only')"), default);
        Assert.DoesNotContain("none", answer.GetProperty("rows")[0][0].GetString(), StringComparison.Ordinal);
        Assert.Equal("on", answer.GetProperty("rows")[0][1].GetString());
    }

    [Fact]
    public async Task A_mistake_is_explained()
    {
        var error = await Assert.ThrowsAsync<ToolFailureException>(async () => await QueryAsync("SELECT nope FROM orders"));
        Assert.Contains("nope", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_is_a_resource()
    {
        await using var database = Open();
        var schema = await new SchemaResources(database).ReadSchemaAsync(default);
        var orders = Assert.Single(schema.Tables, table => table.Name == "orders");
        Assert.Equal(["id", "status", "amount", "placed_at", "paid"], orders.Columns.Select(column => column.Name));
        Assert.True(orders.Columns[0].Key);
    }

    private Task<JsonElement> QueryAsync(string sql, params string[] parameters) => RunAsync(QueryOf(sql, parameters));

    private async Task<JsonElement> RunAsync(SqlQuery query)
    {
        await using var database = Open();
        return await database.QueryAsync(query, default);
    }

    private PostgresDatabase Open() => new(_ => ValueTask.FromResult(server.ConnectionString));

    private static SqlQuery QueryOf(string sql, params string[] parameters) =>
        new(sql, [.. parameters.Select(JsonSchema.Parse)], 1000, 1_000_000, TimeSpan.FromSeconds(60));
}
