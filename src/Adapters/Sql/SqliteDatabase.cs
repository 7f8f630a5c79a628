using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using McpMesh.Adapters.Mcp;
using McpMesh.Sqlite;
using SQLitePCL;

namespace McpMesh.Adapters.Sql;

/// <summary>
/// A SQLite file, opened read-only for each statement. An authorizer lets only reading pass, and a progress handler ends what runs too
/// long.
/// </summary>
internal sealed class SqliteDatabase(string path) : ISqlDatabase
{
    private const int InstructionsBetweenChecks = 2_000;

    public string Dialect => "SQLite";

    public string CatalogueQuery => """
        SELECT m.name, p.name, p.type, p."notnull" = 0, p.pk > 0
        FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
        WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
        ORDER BY m.name, p.cid
        """;

    public async ValueTask<JsonElement> QueryAsync(SqlQuery query, CancellationToken cancellationToken) =>
        await Task.Run(() => Query(query, cancellationToken), cancellationToken); // SQLite computes on the calling thread

    private JsonElement Query(SqlQuery query, CancellationToken cancellationToken)
    {
        SystemSqlite.Use();
        var started = Stopwatch.GetTimestamp();
        var timedOut = false;
        using var database = Open(query.MaxBytes);
        raw.sqlite3_progress_handler(database, InstructionsBetweenChecks, _ =>
        {
            timedOut = Stopwatch.GetElapsedTime(started) > query.Timeout;
            return timedOut || cancellationToken.IsCancellationRequested ? 1 : 0;
        }, null);
        using var statement = Prepare(database, query.Text);
        Bind(statement, query.Parameters);

        var columns = raw.sqlite3_column_count(statement);
        if (columns == 0) throw new ToolFailureException("sql: must be a query that returns rows.");
        using var answer = new SqlAnswer(ColumnsOf(statement, columns), query.MaxRows, query.MaxBytes);
        while (true)
        {
            var code = raw.sqlite3_step(statement);
            if (code == raw.SQLITE_DONE) return answer.Complete();
            if (code == raw.SQLITE_ROW)
            {
                if (!answer.TryAdd((statement, columns), WriteRow)) return answer.Complete();
                continue;
            }
            cancellationToken.ThrowIfCancellationRequested();
            throw new ToolFailureException(timedOut
                ? string.Create(CultureInfo.InvariantCulture, $"The statement was stopped after {query.Timeout.TotalSeconds} s.")
                : raw.sqlite3_errmsg(database).utf8_to_string());
        }
    }

    private sqlite3 Open(int maxBytes)
    {
        if (raw.sqlite3_open_v2(path, out var database, raw.SQLITE_OPEN_READONLY, null) != raw.SQLITE_OK)
        {
            database.Dispose();
            throw new ToolFailureException("The database cannot be opened.");
        }
        raw.sqlite3_busy_timeout(database, 1_000);
        raw.sqlite3_exec(database, "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
        raw.sqlite3_limit(database, SqliteLimit.Length, Math.Max(maxBytes, 64 * 1024)); // no single value larger than the whole answer
        raw.sqlite3_limit(database, SqliteLimit.Attached, 0);
        raw.sqlite3_set_authorizer(database, (strdelegate_authorizer)SqliteReadAuthorizer.Authorize, null);
        return database;
    }

    private static sqlite3_stmt Prepare(sqlite3 database, string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql + '\0');
        if (raw.sqlite3_prepare_v2(database, text.AsSpan(0, text.Length - 1), out var statement, out var rest) != raw.SQLITE_OK)
        {
            var reason = raw.sqlite3_errmsg(database).utf8_to_string();
            throw new ToolFailureException(reason == "not authorized" ? "sql: only reading statements are allowed." : reason);
        }
        if (raw.sqlite3_stmt_readonly(statement) == 0)
        {
            statement.Dispose();
            throw new ToolFailureException("sql: only reading statements are allowed.");
        }
        if (rest.Length > 0 && raw.sqlite3_prepare_v2(database, rest, out var second, out _) is var code
            && (code != raw.SQLITE_OK || !second.IsInvalid))
        {
            statement.Dispose();
            throw new ToolFailureException("sql: must be a single statement.");
        }
        return statement;
    }

    private static void Bind(sqlite3_stmt statement, IReadOnlyList<JsonElement> parameters)
    {
        var count = raw.sqlite3_bind_parameter_count(statement);
        for (var index = 1; index <= count; index++)
        {
            // $1 means the first value in every dialect here; SQLite alone would take it for a name.
            var name = raw.sqlite3_bind_parameter_name(statement, index).utf8_to_string();
            var position = name is { Length: > 1 }
                && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : index;
            if (position < 1 || position > parameters.Count)
            {
                throw new ToolInputException(
                    "parameters", string.Create(CultureInfo.InvariantCulture, $"has no value for parameter {position} of the statement."));
            }
            var value = parameters[position - 1];
            _ = value.ValueKind switch
            {
                JsonValueKind.String => raw.sqlite3_bind_text(statement, index, value.GetString()),
                JsonValueKind.Number when value.TryGetInt64(out var whole) => raw.sqlite3_bind_int64(statement, index, whole),
                JsonValueKind.Number => raw.sqlite3_bind_double(statement, index, value.GetDouble()),
                JsonValueKind.True => raw.sqlite3_bind_int64(statement, index, 1),
                JsonValueKind.False => raw.sqlite3_bind_int64(statement, index, 0),
                _ => raw.sqlite3_bind_null(statement, index),
            };
        }
    }

    private static IEnumerable<(string Name, string Type)> ColumnsOf(sqlite3_stmt statement, int columns)
    {
        for (var column = 0; column < columns; column++)
        {
            var type = raw.sqlite3_column_decltype(statement, column).utf8_to_string();
            yield return (raw.sqlite3_column_name(statement, column).utf8_to_string(),
                string.IsNullOrEmpty(type) ? "any" : type.ToLowerInvariant());
        }
    }

    private static void WriteRow(Utf8JsonWriter writer, (sqlite3_stmt Statement, int Columns) row)
    {
        for (var column = 0; column < row.Columns; column++)
        {
            switch (raw.sqlite3_column_type(row.Statement, column))
            {
                case raw.SQLITE_INTEGER:
                    writer.WriteNumberValue(raw.sqlite3_column_int64(row.Statement, column));
                    break;
                case raw.SQLITE_FLOAT when raw.sqlite3_column_double(row.Statement, column) is var number && double.IsFinite(number):
                    writer.WriteNumberValue(number);
                    break;
                case raw.SQLITE_BLOB:
                    writer.WriteBase64StringValue(raw.sqlite3_column_blob(row.Statement, column));
                    break;
                case raw.SQLITE_NULL:
                    writer.WriteNullValue();
                    break;
                default:
                    writer.WriteStringValue(raw.sqlite3_column_text(row.Statement, column).utf8_to_string());
                    break;
            }
        }
    }
}
