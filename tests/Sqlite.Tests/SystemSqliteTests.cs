using Microsoft.Data.Sqlite;

namespace McpMesh.Sqlite.Tests;

public sealed class SystemSqliteTests
{
    [Fact]
    public void The_native_library_is_found_and_has_what_the_mesh_relies_on()
    {
        SystemSqlite.Use();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        // Upsert with RETURNING (3.35) and JSON functions: older libraries lack them.
        command.CommandText = """
            CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);
            INSERT INTO t VALUES ('a', json_array(1, 2)) ON CONFLICT (k) DO UPDATE SET v = excluded.v RETURNING v;
            """;
        Assert.Equal("[1,2]", command.ExecuteScalar());
    }

    [Fact]
    public void Using_it_twice_and_from_many_threads_is_harmless()
    {
        Parallel.For(0, 32, _ => SystemSqlite.Use());
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Assert.Equal(System.Data.ConnectionState.Open, connection.State);
    }

    [Fact]
    public void What_was_committed_in_WAL_mode_is_there_for_a_second_connection()
    {
        SystemSqlite.Use();
        var folder = Directory.CreateTempSubdirectory("mesh-sqlite-").FullName;
        try
        {
            var location = $"Data Source={Path.Combine(folder, "t.db")};Pooling=False";
            using (var writer = new SqliteConnection(location))
            {
                writer.Open();
                using var write = writer.CreateCommand();
                write.CommandText = "PRAGMA journal_mode = WAL; CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (42);";
                write.ExecuteNonQuery();
                using var reader = new SqliteConnection(location);
                reader.Open();
                using var read = reader.CreateCommand();
                read.CommandText = "SELECT v FROM t";
                Assert.Equal(42L, read.ExecuteScalar());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
