using System.Globalization;
using System.IO.Compression;
using System.Text;
using McpMesh.Adapters.Logs;
using McpMesh.Adapters.Tests.Hosting;

namespace McpMesh.Adapters.Tests.Logs;

/// <summary>Log files of a test, one line a second, and readers of them.</summary>
internal sealed class LogFolder : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 19, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Padding = new(' ', 20);

    private readonly TemporaryFolder _folder = new();
    private readonly CursorSeal _seal = new();

    public string Root => _folder.Path;

    public static string Line(int second)
    {
        var time = Start.AddSeconds(second).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var number = second.ToString(CultureInfo.InvariantCulture);
        return $$"""{"time":"{{time}}","level":"info","msg":"line {{number}} end"}""" + Padding;
    }

    public static string Lines(int from, int to, int step = 1)
    {
        var text = new StringBuilder();
        for (var second = from; second < to; second += step) text.Append(Line(second)).Append('\n');
        return text.ToString();
    }

    public static LogQuery Query(int limit = 1000) => new() { Files = [], Limit = limit };

    public string File(string relative, string content = "") => _folder.File(relative, content);

    /// <summary>A reader of the files under <paramref name="below"/>, with more time than it needs.</summary>
    public LogReader Reader(string below = "", int maxBytes = 10_000_000, TimeSpan? maxTime = null) =>
        new(new LogFileSet([Path.Combine(Root, below, "**", "*")]), _seal, maxBytes, maxTime ?? TimeSpan.FromMinutes(5));

    public LogPage Read(LogQuery query, string below = "", string? cursor = null, string subject = "s") =>
        Reader(below).Read(query, cursor, subject, default);

    public List<LogEntry> ReadAll(LogQuery query)
    {
        var entries = new List<LogEntry>();
        string? cursor = null;
        do
        {
            var page = Read(query, cursor: cursor);
            entries.AddRange(page.Entries);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return entries;
    }

    /// <summary>Puts a file into an archive, as logrotate does.</summary>
    public void Pack(string from, string to)
    {
        var (source, target) = (Path.Combine(Root, from), Path.Combine(Root, to));
        using (var packed = new GZipStream(System.IO.File.Create(target), CompressionLevel.Fastest))
        using (var plain = System.IO.File.OpenRead(source)) plain.CopyTo(packed);
        System.IO.File.Delete(source);
    }

    public void Dispose() => _folder.Dispose();
}
