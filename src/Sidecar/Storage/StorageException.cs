namespace McpMesh.Sidecar.Storage;

/// <summary>SQLite refused or failed an operation.</summary>
internal sealed class StorageException(int code, string message) : Exception(message)
{
    /// <summary>SQLite's result code, <c>SQLITE_FULL</c> for example.</summary>
    public int Code { get; } = code;
}
