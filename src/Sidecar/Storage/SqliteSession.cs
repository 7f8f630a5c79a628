using SQLitePCL;

namespace McpMesh.Sidecar.Storage;

/// <summary>One open connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly sqlite3 _database;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    private SqliteSession(sqlite3 database) => _database = database;

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    /// <summary>Opens (and creates, readable by the owner only) the file that <paramref name="location"/> names.</summary>
    public static SqliteSession Open(SqliteLocation location)
    {
        location.CreateFile();
        const int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(location.Path, out var database, flags, null);
        if (code != raw.SQLITE_OK)
        {
            var text = raw.sqlite3_errstr(code).utf8_to_string();
            database?.Dispose();
            throw new StorageException(code, $"cannot open {location.Path}: {text}");
        }

        var session = new SqliteSession(database);
        try
        {
            session.Execute("PRAGMA busy_timeout=10000");
            session.Execute($"PRAGMA page_size={location.PageSize}"); // counts before the first write of a new file
            session.Execute("PRAGMA journal_mode=WAL");
            session.Execute("PRAGMA temp_store=MEMORY");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The prepared form of <paramref name="sql"/>, made once a connection.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = new Statement(_database, sql);
        return statement;
    }

    public void Execute(string sql)
    {
        using var statement = new Statement(_database, sql);
        statement.Run();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _database.Dispose();
    }
}
