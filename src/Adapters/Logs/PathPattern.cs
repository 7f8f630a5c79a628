using System.IO.Enumeration;

namespace McpMesh.Adapters.Logs;

/// <summary>A glob over relative paths: <c>*</c> and <c>?</c> within a segment, <c>**</c> for any number of segments.</summary>
internal sealed class PathPattern
{
    private readonly string[] _segments;

    private PathPattern(string[] segments) => _segments = segments;

    /// <summary>Reads a pattern; false when it leaves its root.</summary>
    public static bool TryParse(string pattern, out PathPattern parsed)
    {
        var segments = pattern.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        parsed = new PathPattern(segments);
        return segments.Length is > 0 and <= 32 && !Path.IsPathRooted(pattern) && !segments.Any(segment => segment is "." or "..");
    }

    /// <summary>Splits an absolute pattern into its fixed root and the rest.</summary>
    public static (string Root, PathPattern Pattern) Split(string absolute)
    {
        var segments = Path.GetFullPath(absolute).Replace('\\', '/').Split('/');
        var first = Array.FindIndex(segments, segment => segment.AsSpan().IndexOfAny('*', '?') >= 0);
        if (first < 0) first = segments.Length - 1; // one file: its folder is the root
        var root = string.Join('/', segments[..first]);
        return (root.Length == 0 ? "/" : root, new PathPattern(segments[first..]));
    }

    /// <summary>Whether a relative path matches as a whole.</summary>
    public bool Matches(string relativePath) => Matches(relativePath.Replace('\\', '/').Split('/'), 0, 0);

    private bool Matches(string[] path, int at, int segment)
    {
        if (segment == _segments.Length) return at == path.Length;
        if (_segments[segment] == "**")
        {
            for (var next = at; next <= path.Length; next++)
            {
                if (Matches(path, next, segment + 1)) return true;
            }
            return false;
        }
        return at < path.Length && FileSystemName.MatchesSimpleExpression(_segments[segment], path[at], ignoreCase: false)
            && Matches(path, at + 1, segment + 1);
    }
}
