using System.Text.Json;
using McpMesh.Sqlite;
using Microsoft.Data.Sqlite;

namespace McpMesh.Chaos;

/// <summary>The incidents in the adapter's own state: each is an effect, named by the operation that wanted it.</summary>
internal static class EffectLog
{
    public static IReadOnlyList<(string Operation, string Id)> Read(string data)
    {
        SystemSqlite.Use();
        var effects = new List<(string, string)>();
        foreach (var file in Directory.EnumerateFiles(data, "state*.db"))
        {
            using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
            connection.Open();
            using var select = connection.CreateCommand();
            select.CommandText = "SELECT value FROM state WHERE key LIKE 'adapter-incidents||incident-%'";
            using var rows = select.ExecuteReader();
            while (rows.Read())
            {
                using var incident = JsonDocument.Parse((byte[])rows[0]);
                effects.Add((incident.RootElement.GetProperty("title").GetString()!, incident.RootElement.GetProperty("id").GetString()!));
            }
        }

        return effects;
    }
}
