using System.Diagnostics;
using System.Text;

namespace McpMesh.Interop;

/// <summary>
/// Node with the packages that package-lock.json pins, installed into node_modules beside the suites when they are not there yet.
/// </summary>
public sealed class NodePackages
{
    // Several fixtures of this run ask for it at a time, and npm must not run twice in one folder.
    private static readonly Lazy<Task<NodePackages>> s_installed = new(InstallOnceAsync);

    private NodePackages(string folder) => Folder = folder;

    /// <summary>Folder of package.json and the suites.</summary>
    public string Folder { get; }

    /// <summary>Installs what the lock file says, unless it is what is installed.</summary>
    /// <exception cref="InvalidOperationException">There is no Node, or the installation failed: the tests fail, they never pass
    /// silently.</exception>
    public static Task<NodePackages> InstallAsync() => s_installed.Value;

    private static async Task<NodePackages> InstallOnceAsync()
    {
        var folder = SourceFolder();
        var lockFile = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        var stamp = Path.Combine(folder, "node_modules", ".installed-lock.json");
        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != lockFile)
        {
            var (exitCode, output) = await RunAsync("npm", ["ci", "--no-progress"], folder, null);
            if (exitCode != 0) throw new InvalidOperationException($"npm ci failed with {exitCode}:\n{output}");
            await File.WriteAllTextAsync(stamp, lockFile);
        }

        return new NodePackages(folder);
    }

    /// <summary>Runs one suite with Node's own test runner.</summary>
    /// <returns>Exit code and everything printed.</returns>
    public Task<(int ExitCode, string Output)> TestAsync(string suite, IReadOnlyDictionary<string, string> environment) =>
        RunAsync("node", ["--test", "--test-reporter=tap", suite], Folder, environment);

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string command, string[] arguments, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(
            command, arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        void Append(object sender, DataReceivedEventArgs e)
        {
            lock (output) output.AppendLine(e.Data);
        }

        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{command} cannot be started ({e.Message}). These tests need Node 20 or newer with npm.", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} {string.Join(' ', arguments)} did not end within 5 minutes:\n{output}");
        }

        return (process.ExitCode, output.ToString());
    }

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "McpMesh.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("No McpMesh.sln above the tests."), "tests", "Interop");
    }
}
