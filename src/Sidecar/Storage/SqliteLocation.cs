namespace McpMesh.Sidecar.Storage;

/// <summary>
/// Where a database lies and how hard a commit is. Reads what daprd's SQLite components take (a path, or
/// <c>file:x.db?_pragma=synchronous(NORMAL)</c>) and the ADO.NET form <c>data source=x.db</c>.
/// </summary>
internal sealed record SqliteLocation(string Path, bool SyncEveryCommit)
{
    /// <summary>A database of one connection, gone with it.</summary>
    public static readonly SqliteLocation InMemory = new(":memory:", false);

    /// <summary>Of a file that is yet to be made; a large page suits values that are larger than a usual one.</summary>
    public int PageSize { get; init; } = 4096;

    /// <exception cref="FormatException">The text names no file.</exception>
    public static SqliteLocation Parse(string text)
    {
        var path = text.Trim();
        var sync = true;
        if (path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            path = path[5..];
            var query = path.IndexOf('?', StringComparison.Ordinal);
            if (query >= 0)
            {
                var pragmas = Uri.UnescapeDataString(path[(query + 1)..]).Replace(" ", "", StringComparison.Ordinal);
                sync = !pragmas.Contains("synchronous(normal)", StringComparison.OrdinalIgnoreCase)
                    && !pragmas.Contains("synchronous(1)", StringComparison.OrdinalIgnoreCase);
                path = path[..query];
            }
        }
        else if (path.Contains('=', StringComparison.Ordinal))
        {
            var pairs = path.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            path = pairs.Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2
                    && pair[0].Trim().Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant() is "DATASOURCE" or "FILENAME")
                .Select(pair => pair[1].Trim()).LastOrDefault() ?? "";
        }

        if (path.Length == 0) throw new FormatException("connectionString names no file");
        if (path.Contains(":memory:", StringComparison.OrdinalIgnoreCase))
            throw new FormatException("connectionString :memory: is not shared between connections; use type state.in-memory");
        return new SqliteLocation(System.IO.Path.GetFullPath(path), sync);
    }

    /// <summary>SQLite gives its -wal and -shm files the mode of the main file, so that one is made first, for the owner only.</summary>
    public void CreateFile()
    {
        if (this == InMemory) return;
        if (System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        if (File.Exists(Path)) return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(Path, options);
    }
}
