using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Reads the rows of a bound statement, and makes it ready for its next use.</summary>
internal static class Rows
{
    public static List<T> All<T>(this Statement statement, Func<Statement, T> read)
    {
        var rows = new List<T>();
        try
        {
            while (statement.Step()) rows.Add(read(statement));
            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The first row, or the default where there is none.</summary>
    public static T? First<T>(this Statement statement, Func<Statement, T> read)
    {
        try
        {
            return statement.Step() ? read(statement) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    public static bool Any(this Statement statement) => statement.First(static _ => true);

    /// <summary>The number that the last insert gave. RETURNING would need a newer SQLite than some systems have.</summary>
    public static long LastRowId(this SqliteSession session) =>
        session.Prepare("SELECT last_insert_rowid()").First(static row => row.Int64(0));

    public static long? NullableInt64(this Statement row, int column) => row.IsNull(column) ? null : row.Int64(column);

    public static string? NullableText(this Statement row, int column) => row.IsNull(column) ? null : row.Text(column);
}
