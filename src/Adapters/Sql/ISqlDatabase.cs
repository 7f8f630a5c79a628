using System.Text.Json;

namespace McpMesh.Adapters.Sql;

/// <summary>A database that is only ever read.</summary>
internal interface ISqlDatabase
{
    /// <summary>Name of the SQL dialect, for people and models.</summary>
    string Dialect { get; }

    /// <summary>
    /// A query of the catalogue: table, column, type, nullable (0/1), part of the key (0/1), in the order of the columns.
    /// </summary>
    string CatalogueQuery { get; }

    /// <summary>Runs exactly one reading statement.</summary>
    /// <exception cref="Mcp.ToolFailureException">The database refuses the statement, or it ran too long.</exception>
    ValueTask<JsonElement> QueryAsync(SqlQuery query, CancellationToken cancellationToken);
}
