using System.Text.Json;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Sql;

/// <summary><c>sql://schema</c> lists the tables; <c>sql://schema/{table}</c> describes one.</summary>
internal sealed class SchemaResources(ISqlDatabase database) : IAdapterResources
{
    private const string Root = "sql://schema";
    private static readonly TimeSpan CatalogueTimeout = TimeSpan.FromSeconds(5);

    public IReadOnlyList<ResourceTemplate> Templates { get; } =
    [
        new() { Name = "table", Title = "One table", UriTemplate = $"{Root}/{{table}}", MimeType = "application/json",
            Description = "Columns of a table." },
    ];

    public async ValueTask<IReadOnlyList<Resource>> ListAsync(CancellationToken cancellationToken)
    {
        var schema = await ReadSchemaAsync(cancellationToken);
        return
        [
            new Resource { Name = "schema", Title = "Tables and columns", Uri = Root, MimeType = "application/json",
                Description = $"All tables ({database.Dialect})." },
            .. schema.Tables.Select(table =>
                new Resource { Name = table.Name, Uri = $"{Root}/{Uri.EscapeDataString(table.Name)}", MimeType = "application/json" }),
        ];
    }

    public async ValueTask<TextResourceContents?> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        if (uri == Root)
            return Contents(JsonSerializer.Serialize(await ReadSchemaAsync(cancellationToken), SqlJson.Default.DatabaseSchema));
        if (!uri.StartsWith(Root + "/", StringComparison.Ordinal)) return null;
        var name = Uri.UnescapeDataString(uri[(Root.Length + 1)..]);
        var table = (await ReadSchemaAsync(cancellationToken)).Tables.FirstOrDefault(table => table.Name == name);
        return table is null ? null : Contents(JsonSerializer.Serialize(table, SqlJson.Default.TableSchema));

        TextResourceContents Contents(string text) => new() { Uri = uri, MimeType = "application/json", Text = text };
    }

    /// <summary>The tables as they are now: a schema may change while this process runs.</summary>
    public async ValueTask<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellationToken)
    {
        var answer = await database.QueryAsync(
            new SqlQuery(database.CatalogueQuery, [], 10_000, 4 * 1024 * 1024, CatalogueTimeout), cancellationToken);
        var tables = answer.GetProperty("rows").EnumerateArray()
            .GroupBy(row => row[0].GetString()!, StringComparer.Ordinal)
            .Select(rows => new TableSchema(rows.Key, [.. rows.Select(ColumnOf)]));
        return new DatabaseSchema(database.Dialect, [.. tables]);
    }

    private static ColumnSchema ColumnOf(JsonElement row) =>
        new(row[1].GetString()!, row[2].GetString()!.ToLowerInvariant(), row[3].GetInt32() != 0, row[4].GetInt32() != 0);
}
