using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>Reads rows of the configuration table, from the table and from notifications.</summary>
internal static class PostgresRows
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <param name="table">Checked before: it has no character that would end the quotes.</param>
    public static async Task<Dictionary<string, ConfigurationItem>> ReadAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var filter = keys.Count == 0 ? "" : " WHERE key = ANY($1)";
        await using var command = new NpgsqlCommand(
            $"SELECT key::text, value::text, version::text, metadata::text FROM \"{table}\"{filter}", connection);
        if (keys.Count > 0) command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys] });
        var items = new Dictionary<string, ConfigurationItem>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var item = new ConfigurationItem(Text(rows, 1), Text(rows, 2), ReadMetadata(Text(rows, 3)));
            var key = Text(rows, 0);
            if (!items.TryGetValue(key, out var other) || NumberOf(item.Version) > NumberOf(other.Version)) items[key] = item;
        }

        return items;
    }

    /// <summary>A trigger's notification: <c>{"data":{"key":…,"value":…,"version":…,"metadata":{…}}}</c>, names in any case.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static (string Key, ConfigurationItem Item) ReadNotification(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("data", out var row)
            || row.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("there is no object 'data' in it");
        }

        var (key, value, version, metadata) = ("", "", "", Nothing);
        foreach (var column in row.EnumerateObject())
        {
            switch (column.Name.ToUpperInvariant())
            {
                case "KEY":
                    key = column.Value.ToString();
                    break;
                case "VALUE":
                    value = column.Value.ToString();
                    break;
                case "VERSION":
                    version = column.Value.ToString();
                    break;
                case "METADATA" when column.Value.ValueKind == JsonValueKind.Object:
                    metadata = ReadMetadata(column.Value);
                    break;
            }
        }

        return (key, new ConfigurationItem(value, version, metadata));
    }

    private static string Text(NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? "" : rows.GetString(column);

    private static int NumberOf(string version) =>
        int.TryParse(version, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static Dictionary<string, string> ReadMetadata(string json)
    {
        if (json.Length == 0) return Nothing;
        try
        {
            using var document = JsonDocument.Parse(json);
            return ReadMetadata(document.RootElement);
        }
        catch (JsonException)
        {
            return Nothing; // a column that is no JSON holds no metadata
        }
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement json) => json.ValueKind != JsonValueKind.Object
        ? Nothing
        : json.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.ToString(), StringComparer.Ordinal);
}
