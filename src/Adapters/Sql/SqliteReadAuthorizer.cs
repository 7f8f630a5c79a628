using SQLitePCL;

namespace McpMesh.Adapters.Sql;

/// <summary>What a statement may do: read, select, recurse, and call functions that touch nothing outside the database.</summary>
internal static class SqliteReadAuthorizer
{
    private static readonly HashSet<string> CataloguePragmas =
        new(["table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> OutsideFunctions =
        new(["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "lsmode", "fsdir"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The callback of <c>sqlite3_set_authorizer</c>.</summary>
    public static int Authorize(object? state, int action, string? first, string? second, string? database, string? trigger) =>
        action switch
        {
            raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_RECURSIVE => raw.SQLITE_OK,
            raw.SQLITE_FUNCTION when second is not null && !OutsideFunctions.Contains(second) => raw.SQLITE_OK,
            raw.SQLITE_PRAGMA when first is not null && CataloguePragmas.Contains(first) => raw.SQLITE_OK,
            // SQLite asks this while it declares pragma_table_info; a statement cannot do it: the catalogue itself refuses to be modified.
            raw.SQLITE_UPDATE when first == "sqlite_master" => raw.SQLITE_OK,
            _ => raw.SQLITE_DENY,
        };
}
