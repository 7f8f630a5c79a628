using System.Text.RegularExpressions;

namespace McpMesh.Sidecar.Storage;

/// <summary>
/// Where a database lies and how hard a commit is. Reads what daprd's SQLite components take (a path, or
/// <c>file:x.db?_pragma=synchronous(NORMAL)</c>) and the ADO.NET form <c>data source=x.db</c>.
/// </summary>
internal sealed partial record SqliteLocation(string Path, bool SyncEveryCommit)
{
    // Those that this sidecar sets itself.
    private static readonly string[] Managed = ["synchronous", "journal_mode", "busy_timeout", "page_size", "temp_store", "locking_mode"];

    /// <summary>A database of one connection, gone with it.</summary>
    public static readonly SqliteLocation InMemory = new(":memory:", false);

    /// <summary>Of a file that is yet to be made; a large page suits values that are larger than a usual one.</summary>
    public int PageSize { get; init; } = 4096;

    /// <summary>Further pragmas of the connection string, for every connection: <c>max_page_count(1000)</c> for example.</summary>
    public IReadOnlyList<string> Pragmas { get; init; } = [];

    /// <exception cref="FormatException">The text names no file, or a pragma is none.</exception>
    public static SqliteLocation Parse(string text)
    {
        var path = text.Trim();
        string[] pragmas = [];
        if (path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            path = path[5..];
            var query = path.IndexOf('?', StringComparison.Ordinal);
            if (query >= 0)
            {
                pragmas = ReadPragmas(path[(query + 1)..]);
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
        var sync = !Array.Exists(pragmas, pragma => pragma is "synchronous(normal)" or "synchronous(1)");
        return new SqliteLocation(System.IO.Path.GetFullPath(path), sync)
        {
            Pragmas = [.. pragmas.Where(pragma => !Managed.Contains(pragma[..pragma.IndexOf('(', StringComparison.Ordinal)]))],
        };
    }

    private static string[] ReadPragmas(string query)
    {
        var pragmas = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(parameter => Uri.UnescapeDataString(parameter))
            .Where(parameter => parameter.StartsWith("_pragma=", StringComparison.Ordinal))
            .Select(parameter => parameter["_pragma=".Length..].Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant())
            .ToArray();
        return Array.Find(pragmas, pragma => !Pragma().IsMatch(pragma)) is { } wrong
            ? throw new FormatException($"connectionString has the pragma '{wrong}', which is not of the form name(value)")
            : pragmas;
    }

    [GeneratedRegex(@"^[a-z_]+\([-a-z0-9_.]+\)$")]
    private static partial Regex Pragma();

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
