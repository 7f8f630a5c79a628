using System.Reflection;
using System.Runtime.InteropServices;

namespace McpMesh.Sqlite;

/// <summary>
/// Binds Microsoft.Data.Sqlite to the operating system's SQLite, which gets its security fixes from there, and to the binary of the
/// SQLitePCLRaw package where the system has none.
/// </summary>
public static class SystemSqlite
{
    private static readonly Lock Gate = new();
    private static bool s_ready;

    /// <summary>Must run before the first connection is made; further calls do nothing.</summary>
    public static void Use()
    {
        lock (Gate)
        {
            if (s_ready) return;
            NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
            SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
            SQLitePCL.raw.FreezeProvider();
            s_ready = true;
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3") return IntPtr.Zero;
        string[] candidates = OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
            : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
            : ["libsqlite3.so.0", "libsqlite3.so"];
        foreach (var candidate in candidates)
            if (NativeLibrary.TryLoad(candidate, out var handle)) return handle;
        return IntPtr.Zero; // the default search finds the package's e_sqlite3
    }
}
