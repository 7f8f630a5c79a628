namespace McpMesh.Adapters.Sql;

/// <summary>A column.</summary>
internal sealed record ColumnSchema(string Name, string Type, bool Nullable, bool Key);
