using System.Globalization;
using System.Text.Json;
using McpMesh.Adapters.Mcp;
using Npgsql;
using NpgsqlTypes;

namespace McpMesh.Adapters.Sql;

/// <summary>
/// A PostgreSQL database, read through a cursor in a read-only transaction. <c>DECLARE … CURSOR FOR</c> takes one SELECT or VALUES and
/// nothing else by the server's own grammar; the role should have no more than SELECT besides.
/// </summary>
/// <param name="connectionString">Gives the connection string; asked once.</param>
internal sealed class PostgresDatabase(Func<CancellationToken, ValueTask<string>> connectionString) : ISqlDatabase, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private NpgsqlDataSource? _source;

    public string Dialect => "PostgreSQL";

    public string CatalogueQuery => """
        SELECT c.table_name, c.column_name, c.data_type, CASE c.is_nullable WHEN 'YES' THEN 1 ELSE 0 END,
               CASE WHEN EXISTS (
                 SELECT 1 FROM information_schema.table_constraints t
                 JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
                 WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_schema = c.table_schema
                   AND k.table_name = c.table_name AND k.column_name = c.column_name) THEN 1 ELSE 0 END
        FROM information_schema.columns c
        WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema')
        ORDER BY c.table_name, c.ordinal_position
        """;

    public async ValueTask<JsonElement> QueryAsync(SqlQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var source = await SourceAsync(cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, "SET TRANSACTION READ ONLY", [], query, cancellationToken);
            var milliseconds = ((long)query.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            await ExecuteAsync(connection, $"SET LOCAL statement_timeout = {milliseconds}", [], query, cancellationToken);
            await ExecuteAsync(
                connection, $"DECLARE mesh_answer NO SCROLL CURSOR FOR {query.Text}", query.Parameters, query, cancellationToken);
            var answer = await FetchAsync(connection, query, cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            return answer;
        }
        catch (PostgresException error)
        {
            throw new ToolFailureException(ReasonOf(error, query), error);
        }
        catch (NpgsqlException error) when (error.InnerException is TimeoutException)
        {
            throw new ToolFailureException(TimedOut(query), error);
        }
        catch (NpgsqlException error)
        {
            throw new ToolFailureException("The database cannot be reached.", error);
        }
        catch (NotSupportedException error)
        {
            throw new ToolFailureException("sql: must be a single statement.", error); // Npgsql found a semicolon
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        _gate.Dispose();
    }

    private async ValueTask<NpgsqlDataSource> SourceAsync(CancellationToken cancellationToken)
    {
        if (_source is not null) return _source;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_source is not null) return _source;
            var settings = new NpgsqlConnectionStringBuilder(await connectionString(cancellationToken)) { ApplicationName = "mcpmesh" };
            // In force before the first statement, and again after every reset of a pooled connection.
            settings.Options = $"{settings.Options} -c default_transaction_read_only=on".Trim();
            return _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string text, IReadOnlyList<JsonElement> parameters, SqlQuery query,
        CancellationToken cancellationToken)
    {
        await using var batch = BatchOf(connection, text, parameters, query);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<JsonElement> FetchAsync(NpgsqlConnection connection, SqlQuery query, CancellationToken cancellationToken)
    {
        // One row more than asked for tells whether rows were left out; the server never computes the rest.
        var fetch = string.Create(CultureInfo.InvariantCulture, $"FETCH FORWARD {query.MaxRows + 1} FROM mesh_answer");
        await using var command =
            new NpgsqlCommand(fetch, connection) { CommandTimeout = PatienceFor(query), AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var schema = await reader.GetColumnSchemaAsync(cancellationToken);
        using var answer = new SqlAnswer(
            schema.Select(column => (column.ColumnName, column.DataTypeName ?? "any")), query.MaxRows, query.MaxBytes);
        var numeric = schema.Select(column => IsNumeric(column.DataTypeName)).ToArray();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!answer.TryAdd((reader, numeric), WriteRow)) break;
        }
        return answer.Complete();
    }

    private static NpgsqlBatch BatchOf(NpgsqlConnection connection, string text, IReadOnlyList<JsonElement> parameters, SqlQuery query)
    {
        // A batch command goes to the server as it stands, by the extended protocol, which takes one statement only.
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.Unknown, // the server infers the type from the place where it stands
                Value = parameter.ValueKind switch
                {
                    JsonValueKind.String => parameter.GetString()!,
                    JsonValueKind.Null => DBNull.Value,
                    _ => parameter.GetRawText(),
                },
            });
        }
        return new NpgsqlBatch(connection) { BatchCommands = { command }, Timeout = PatienceFor(query) };
    }

    /// <summary>The server's own timeout comes first; this one is for a server that no longer answers.</summary>
    private static int PatienceFor(SqlQuery query) => (int)Math.Ceiling(query.Timeout.TotalSeconds) + 5;

    private static void WriteRow(Utf8JsonWriter writer, (NpgsqlDataReader Reader, bool[] Numeric) row)
    {
        for (var column = 0; column < row.Numeric.Length; column++)
        {
            if (row.Reader.IsDBNull(column))
            {
                writer.WriteNullValue();
                continue;
            }
            var text = row.Reader.GetString(column);
            if (row.Numeric[column] && text is not ("NaN" or "Infinity" or "-Infinity")) writer.WriteRawValue(text);
            else writer.WriteStringValue(text);
        }
    }

    private static bool IsNumeric(string? type) =>
        type is "smallint" or "integer" or "bigint" or "real" or "double precision"
        || type?.StartsWith("numeric", StringComparison.Ordinal) is true;

    private static string ReasonOf(PostgresException error, SqlQuery query) => error.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled => TimedOut(query),
        PostgresErrorCodes.ReadOnlySqlTransaction => "sql: only reading statements are allowed.",
        // Whatever is no SELECT does not parse behind DECLARE … FOR; a SELECT with a plain mistake says where it is.
        PostgresErrorCodes.SyntaxError when !StartsLikeQuery(query.Text) =>
            "sql: only reading statements (SELECT, VALUES, WITH) are allowed.",
        PostgresErrorCodes.SyntaxError when error.MessageText.Contains("multiple commands", StringComparison.Ordinal) =>
            "sql: must be a single statement.",
        PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidCursorDefinition => "sql: only reading statements are allowed.",
        _ => error.MessageText,
    };

    private static bool StartsLikeQuery(string sql)
    {
        var text = sql.AsSpan().TrimStart(" \t\r\n(");
        return text.StartsWith("select", StringComparison.OrdinalIgnoreCase) || text.StartsWith("with", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("values", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("table", StringComparison.OrdinalIgnoreCase);
    }

    private static string TimedOut(SqlQuery query) =>
        string.Create(CultureInfo.InvariantCulture, $"The statement was stopped after {query.Timeout.TotalSeconds} s.");
}
