using System.Globalization;

namespace McpMesh.AppHost.Start;

/// <summary>The folder of everything that one running mesh writes. A second mesh on the same folder is refused.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string HolderName = "apphost.pid";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    public string Path { get; }

    public string Shop => File("shop");

    public string SecretsFile => File("secrets.json");

    public string EndpointsFile => File("endpoints.json");

    private string HolderFile => File(HolderName);

    /// <exception cref="MeshStartException">Another mesh runs on the folder, or it cannot be written.</exception>
    public static DataFolder Acquire(string path)
    {
        var lockFile = System.IO.Path.Combine(path, "apphost.lock");
        try
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
                new DirectoryInfo(path).UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            var held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var folder = new DataFolder(path, held);
            // Beside the lock, not in it: a locked file cannot be read by the mesh that is refused.
            System.IO.File.WriteAllText(folder.HolderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            // What a killed host left says nothing about this run.
            System.IO.File.Delete(folder.EndpointsFile);
            return folder;
        }
        catch (IOException failure)
        {
            throw new MeshStartException(System.IO.File.Exists(lockFile)
                ? $"a mesh is already running on '{path}' (process {Holder(path)}). " +
                    "Stop it, or give this one a folder of its own with --data."
                : $"the data folder '{path}' cannot be used: {failure.Message}");
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new MeshStartException($"the data folder '{path}' cannot be used: {failure.Message}");
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        System.IO.File.Delete(HolderFile);
        _lock.Dispose();
    }

    private static string Holder(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(System.IO.Path.Combine(path, HolderName));
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
