using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace McpMesh.Adapters.Logs;

/// <summary>The files that the configured patterns name. Nothing outside their roots is ever opened, whatever links say.</summary>
internal sealed class LogFileSet
{
    private const int MaxFiles = 512;
    private const int MaxDepth = 16;
    private readonly ImmutableArray<(string Root, PathPattern Pattern)> _patterns;

    public LogFileSet(IEnumerable<string> patterns) => _patterns = [.. patterns.Select(PathPattern.Split)];

    /// <summary>The files there are now, in the order of their names.</summary>
    /// <exception cref="Mcp.ToolFailureException">There are too many.</exception>
    public IReadOnlyList<LogFile> List(IReadOnlyList<PathPattern> narrowed)
    {
        var files = new SortedDictionary<string, LogFile>(StringComparer.Ordinal);
        foreach (var (root, pattern) in _patterns)
        {
            if (!Directory.Exists(root)) continue;
            foreach (var relative in Walk(root, "", 0))
            {
                if (!pattern.Matches(relative) || (narrowed.Count > 0 && !narrowed.Any(narrow => narrow.Matches(relative)))) continue;
                files.TryAdd(relative, new LogFile(root, relative));
                if (files.Count > MaxFiles) throw new Mcp.ToolFailureException($"files: more than {MaxFiles} files match; name fewer.");
            }
        }
        return [.. files.Values];
    }

    /// <summary>Opens a file for reading; null when it is gone or leads outside its root.</summary>
    public static SafeFileHandle? Open(LogFile file)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (IsInside(file, handle)) return handle;
        }
        catch (IOException)
        {
            // Rotated away since it was listed: its lines are under the next name.
        }
        catch (UnauthorizedAccessException)
        {
            // Not ours to read.
        }
        handle?.Dispose();
        return null;
    }

    /// <summary>Checks what was really opened, not what the path said before: no link can be slipped in between.</summary>
    private static bool IsInside(LogFile file, SafeFileHandle handle)
    {
        var root = RealPath(file.Root);
        var real = OperatingSystem.IsLinux()
            ? File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName
            : RealPath(file.FullPath);
        return real is not null && real.StartsWith(root.TrimEnd('/') + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full);
        if (parent is null) return full;
        var real = Path.Combine(RealPath(parent), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
        return info.LinkTarget is null ? real : RealPath(info.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    private static IEnumerable<string> Walk(string root, string relative, int depth)
    {
        var folder = new DirectoryInfo(Path.Combine(root, relative));
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
            if (entry is DirectoryInfo)
            {
                // A linked folder could lead anywhere, or in a circle.
                if (entry.LinkTarget is not null || depth == MaxDepth) continue;
                foreach (var inner in Walk(root, path, depth + 1)) yield return inner;
            }
            else
            {
                yield return path;
            }
        }
    }
}
