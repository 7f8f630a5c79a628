namespace McpMesh.Adapters.Sql;

/// <summary>All tables of a database.</summary>
internal sealed record DatabaseSchema(string Dialect, IReadOnlyList<TableSchema> Tables);
