namespace McpMesh.Adapters.Sql;

/// <summary>A table or view.</summary>
internal sealed record TableSchema(string Name, IReadOnlyList<ColumnSchema> Columns);
