using McpMesh.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace McpMesh.AuditSink.Storage;

/// <summary>The store in one SQLite file: one writer, readers beside it (write-ahead log), every commit flushed to the disk.</summary>
internal sealed class SqliteAuditStore : IAuditStore, IDisposable
{
    private readonly string _connectionString;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SqliteConnection _writer;
    private readonly AuditInsert _insert;

    public SqliteAuditStore(IOptions<AuditSinkOptions> options)
    {
        SystemSqlite.Use();
        var path = options.Value.DatabasePath;
        CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 }.ToString();
        _writer = new SqliteConnection(_connectionString);
        _writer.Open();
        AuditSchema.Prepare(_writer);
        _insert = new AuditInsert(_writer);
    }

    public async ValueTask<IReadOnlyList<AppendOutcome>> AppendAsync(
        IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0) return [];
        await _writing.WaitAsync(cancellationToken);
        try
        {
            using var transaction = _writer.BeginTransaction();
            var outcomes = new AppendOutcome[records.Count];
            for (var i = 0; i < outcomes.Length; i++) outcomes[i] = _insert.Run(records[i]);
            transaction.Commit();
            return outcomes;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<IReadOnlyList<byte[]>> ReadTransactionAsync(
        string transaction, AuditPosition? after, int limit, CancellationToken cancellationToken) =>
        await ReadAsync("txn = $txn AND", transaction, after, limit, cancellationToken);

    public async ValueTask<IReadOnlyList<byte[]>> ReadRangeAsync(AuditPosition? after, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(string.Empty, null, after, limit, cancellationToken);

    public async ValueTask<byte[]?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT json FROM events WHERE id = $id";
        command.Parameters.AddWithValue("$id", EventKey.Of(id));
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask<AuditPosition?> LocateAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT time, sequence FROM events WHERE id = $id";
        command.Parameters.AddWithValue("$id", EventKey.Of(id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new AuditPosition(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _writer.Dispose();
        _writing.Dispose();
    }

    private async Task<List<byte[]>> ReadAsync(
        string condition, string? transaction, AuditPosition? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT json FROM events WHERE {condition} (time, sequence) > ($time, $sequence) ORDER BY time, sequence LIMIT $limit";
        if (transaction is not null) command.Parameters.AddWithValue("$txn", transaction);
        command.Parameters.AddWithValue("$time", after?.Ticks ?? -1);
        command.Parameters.AddWithValue("$sequence", after?.Sequence ?? -1);
        command.Parameters.AddWithValue("$limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<byte[]>();
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetFieldValue<byte[]>(0));
        return found;
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Records name people and what they did: only the mesh's own user may list the folder.</summary>
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
