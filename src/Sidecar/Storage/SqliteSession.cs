using SQLitePCL;

namespace McpMesh.Sidecar.Storage;

/// <summary>One open connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // In milliseconds. A component has five seconds to open by default, and shall say itself what keeps it.
    private const int LockPatience = 4000;
    private readonly sqlite3 _database;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    private SqliteSession(sqlite3 database) => _database = database;

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    /// <summary>Whether a transaction is under way: after a fault, SQLite may have ended it by itself.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Opens (and creates, readable by the owner only) the file that <paramref name="location"/> names.</summary>
    /// <exception cref="StorageException">Names the file and what is wrong with it.</exception>
    public static SqliteSession Open(SqliteLocation location)
    {
        try
        {
            location.CreateFile();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(raw.SQLITE_CANTOPEN, $"cannot open {location.Path}: {error.Message}");
        }

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
            session.Execute($"PRAGMA busy_timeout={LockPatience}");
            session.Execute($"PRAGMA page_size={location.PageSize}"); // counts before the first write of a new file
            session.Execute("PRAGMA journal_mode=WAL");
            session.Execute("PRAGMA temp_store=MEMORY");
            foreach (var pragma in location.Pragmas) session.Execute($"PRAGMA {pragma}");
            return session;
        }
        catch (StorageException error)
        {
            session.Dispose();
            throw new StorageException(error.Code, $"cannot open {location.Path}: {error.Message}");
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
