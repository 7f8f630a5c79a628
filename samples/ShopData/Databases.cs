using System.Globalization;
using McpMesh.Sqlite;
using Microsoft.Data.Sqlite;

namespace McpMesh.Samples.ShopData;

/// <summary>
/// The SQLite files: <c>analytics.db</c> from the same visits and orders as the logs, <c>cost.db</c> from the same lines as the CSV.
/// </summary>
internal static class Databases
{
    /// <summary>Writes <c>analytics.db</c>.</summary>
    public static void WriteAnalytics(ShopDay day, string path) => Write(path, connection =>
    {
        Execute(connection, """
            CREATE TABLE orders (id INTEGER PRIMARY KEY, placed_at TEXT NOT NULL, customer_id INTEGER NOT NULL,
              amount_cents INTEGER NOT NULL, status TEXT NOT NULL, failure TEXT, duration_ms INTEGER NOT NULL, trace_id TEXT NOT NULL);
            CREATE INDEX orders_placed_at ON orders (placed_at);
            CREATE TABLE requests_per_minute (minute TEXT NOT NULL, route TEXT NOT NULL, requests INTEGER NOT NULL, errors INTEGER NOT NULL,
              p95_ms INTEGER NOT NULL, PRIMARY KEY (minute, route));
            CREATE TABLE deploys (deployed_at TEXT NOT NULL, service TEXT NOT NULL, version TEXT NOT NULL, commit_id TEXT NOT NULL,
              deployed_by TEXT NOT NULL, note TEXT NOT NULL);
            """);
        Insert(connection, "orders", 8, day.Orders.Select(order => (IReadOnlyList<object?>)
            [order.Number, Iso(order.PlacedAt), order.Customer, order.Cents, order.Status, order.Failure, order.Milliseconds,
                order.TraceId]));
        Insert(connection, "requests_per_minute", 5, day.Visits
            .GroupBy(visit => (Minute: visit.Time.AddTicks(-(visit.Time.Ticks % TimeSpan.TicksPerMinute)), Route: RouteOf(visit)))
            .Select(group => (IReadOnlyList<object?>)
                [Iso(group.Key.Minute), group.Key.Route, group.Count(), group.Count(visit => visit.Status >= 500), Percentile95(group)]));
        Insert(connection, "deploys", 6, day.Deploys.Select(deploy => (IReadOnlyList<object?>)
            [Iso(deploy.At), deploy.Service, deploy.Version, deploy.Commit, deploy.By, deploy.Note]));
    });

    /// <summary>Writes <c>cost.db</c>: table <c>focus</c>.</summary>
    public static void WriteCost(IEnumerable<CostLine> lines, string path) => Write(path, connection =>
    {
        var columns = CostFile.Columns.Select(column =>
            $"{column} {(column.EndsWith("Cost", StringComparison.Ordinal) || column == "ConsumedQuantity" ? "REAL" : "TEXT")} NOT NULL");
        Execute(connection, $"CREATE TABLE focus ({string.Join(", ", columns)})");
        Insert(connection, "focus", CostFile.Columns.Count, lines.Select(line => (IReadOnlyList<object?>)[.. CostFile.ValuesOf(line)]));
    });

    private static void Write(string path, Action<SqliteConnection> fill)
    {
        SystemSqlite.Use();
        // Pooling would keep the file open after it was renamed.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var transaction = connection.BeginTransaction();
        fill(connection);
        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Insert(SqliteConnection connection, string table, int columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        using var command = connection.CreateCommand();
        var names = Enumerable.Range(0, columns).Select(index => string.Create(CultureInfo.InvariantCulture, $"$p{index}")).ToArray();
        command.CommandText = $"INSERT INTO {table} VALUES ({string.Join(", ", names)})";
        var parameters = names.Select(name => command.Parameters.Add(new SqliteParameter { ParameterName = name })).ToArray();
        foreach (var row in rows)
        {
            for (var index = 0; index < columns; index++)
            {
                parameters[index].Value = row[index] switch { null => DBNull.Value, decimal number => (double)number, var value => value };
            }
            command.ExecuteNonQuery();
        }
    }

    private static string RouteOf(Visit visit) => visit.Path switch
    {
        "/checkout" => "/checkout",
        var path when path.StartsWith("/products/", StringComparison.Ordinal) => "/products/{id}",
        var path when path.StartsWith("/static/", StringComparison.Ordinal) => "/static",
        var path when path.StartsWith("/search", StringComparison.Ordinal) => "/search",
        var path => path,
    };

    private static int Percentile95(IEnumerable<Visit> visits)
    {
        var durations = visits.Select(visit => visit.Milliseconds).Order().ToArray();
        return durations[(int)Math.Ceiling(durations.Length * 0.95) - 1];
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
