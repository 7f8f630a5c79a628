namespace McpMesh.Adapters.Sql;

/// <summary>Categories of <c>sqlite3_limit</c> (sqlite3.h, SQLITE_LIMIT_*), which the binding does not name.</summary>
internal static class SqliteLimit
{
    /// <summary>Bytes of a string, blob or row.</summary>
    public const int Length = 0;

    /// <summary>Attached databases.</summary>
    public const int Attached = 7;
}
