using System.Globalization;
using System.IO.Compression;
using System.Text;
using McpMesh.Adapters.Logs;
using McpMesh.Adapters.Mcp;
using McpMesh.Adapters.Tests.Hosting;

namespace McpMesh.Adapters.Tests.Logs;

public sealed class LogReaderTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 19, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_of_all_files_come_newest_first()
    {
        _folder.File("a/one.log", Lines(0, 10, step: 2));
        _folder.File("b/two.log", Lines(1, 10, step: 2));
        var page = Read(Query());
        Assert.Equal("end", page.EndedBy);
        Assert.Equal(
            Enumerable.Range(0, 10).Reverse().Select(second => Start.AddSeconds(second)), page.Entries.Select(entry => entry.Time));
        Assert.Equal(["b", "a"], page.Entries.Take(2).Select(entry => entry.Service));
    }

    [Fact]
    public void Pages_together_are_the_whole_without_gap_or_double()
    {
        for (var file = 0; file < 4; file++) _folder.File($"s{file}/x.log", Lines(file, 400, step: 4));
        Pack("s0/x.log", "s0/x.log.1.gz");
        Assert.Equal(Enumerable.Range(0, 400).Reverse(), ReadAll(Query(limit: 37)).Select(entry => (int)(entry.Time - Start).TotalSeconds));
    }

    [Fact]
    public void An_entry_is_found_again_at_its_offset()
    {
        var path = _folder.File("a/x.log", Lines(0, 50));
        foreach (var entry in Read(Query()).Entries)
        {
            using var stream = File.OpenRead(path);
            stream.Position = entry.Offset;
            using var reader = new StreamReader(stream);
            Assert.Contains(entry.Message, reader.ReadLine(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Time_level_service_and_text_narrow_the_answer()
    {
        _folder.File("checkout/x.jsonl", """
            {"time":"2026-11-19T00:00:01Z","level":"info","msg":"Order placed"}
            {"time":"2026-11-19T00:00:02Z","level":"error","msg":"POOL exhausted"}
            {"time":"2026-11-19T00:00:03Z","level":"error","service":"other","msg":"pool \u0065xhausted"}
            {"time":"2026-11-19T00:00:04Z","level":"fatal","msg":"gone"}

            """);
        Assert.Equal(3, Read(Query() with { Least = Severity.Error }).Entries.Count);
        Assert.Equal(2, Read(Query() with { Text = "pool exhausted" }).Entries.Count);
        Assert.Single(Read(Query() with { Text = "POOL", MatchCase = true }).Entries);
        Assert.Single(Read(Query() with { Service = "other" }).Entries);
        Assert.Equal(4, Read(Query() with { Service = "checkout" }).Entries.Count);
        Assert.Equal(2, Read(Query() with { From = Start.AddSeconds(2), To = Start.AddSeconds(3) }).Entries.Count);
    }

    [Fact]
    public void Files_are_narrowed_by_patterns_below_the_root()
    {
        _folder.File("a/deep/x.log", Lines(0, 1));
        _folder.File("b/y.log", Lines(1, 2));
        Assert.Equal("a/deep/x.log", Assert.Single(Read(Query() with { Files = ["a/**"] }).Entries).File);
        Assert.Equal("b/y.log", Assert.Single(Read(Query() with { Files = ["**/y.*"] }).Entries).File);
        Assert.Empty(Read(Query() with { Files = ["none/*"] }).Entries);
    }

    [Theory]
    [InlineData("../secret.log")]
    [InlineData("a/../../secret.log")]
    [InlineData("/etc/passwd")]
    public void A_pattern_that_leaves_the_root_is_refused(string pattern)
    {
        _folder.File("logs/a/x.log", Lines(0, 1));
        _folder.File("secret.log", Lines(0, 1));
        Assert.Equal("files", Assert.Throws<ToolInputException>(() => Read(Query() with { Files = [pattern] }, "logs")).Field);
    }

    [Fact]
    public void A_link_out_of_the_root_is_never_followed()
    {
        var secret = _folder.File("outside/secret.log", Lines(0, 5));
        _folder.File("logs/a/x.log", Lines(0, 1));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "logs/a/linked.log"), secret);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "logs/folder"), Path.Combine(_folder.Path, "outside"));
        var page = Read(Query(), "logs");
        Assert.All(page.Entries, entry => Assert.Equal("a/x.log", entry.File));
        Assert.Equal("a/linked.log", Assert.Single(page.Skipped).File);
    }

    [Fact]
    public void A_link_inside_the_root_is_read()
    {
        var target = _folder.File("logs/a/x.log.0001", Lines(0, 1));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "logs/a/current.log"), target);
        Assert.Equal(2, Read(Query(), "logs").Entries.Count);
    }

    [Fact]
    public void Lines_of_no_format_are_counted_and_not_fatal()
    {
        _folder.File("a/x.log", Lines(0, 5) + "garbage\n" + Lines(5, 10) + "{\"half");
        var page = Read(Query());
        Assert.Equal((10, 2L), (page.Entries.Count, page.InvalidLines));
    }

    [Fact]
    public void A_line_longer_than_the_bound_is_counted_and_skipped()
    {
        _folder.File("a/x.log", Lines(0, 3) + new string('x', 3 * BackwardLineReader.MaxLineBytes) + "\n" + Lines(3, 6));
        var page = Read(Query());
        Assert.Equal((6, 1L), (page.Entries.Count, page.InvalidLines));
        Pack("a/x.log", "a/x.log.1.gz");
        var packed = Read(Query());
        Assert.Equal((6, 1L), (packed.Entries.Count, packed.InvalidLines));
    }

    [Fact]
    public void A_file_of_no_known_format_is_skipped_with_the_reason()
    {
        _folder.File("a/x.txt", "hello\nworld\n");
        Assert.Equal("is of no known format", Assert.Single(Read(Query()).Skipped).Reason);
    }

    [Fact]
    public void A_damaged_archive_is_skipped_and_the_rest_is_read()
    {
        _folder.File("a/x.log", Lines(0, 5));
        _folder.File("a/y.log", Lines(5, 3000));
        Pack("a/y.log", "a/y.log.1.gz");
        var path = Path.Combine(_folder.Path, "a/y.log.1.gz");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
        var page = Read(Query(limit: 5));
        Assert.Equal(5, page.Entries.Count(entry => entry.File == "a/x.log"));
        Assert.Single(page.Skipped);
    }

    [Fact]
    public void Rotation_and_compression_between_pages_lose_nothing_and_double_nothing()
    {
        var current = _folder.File("a/x.log", Lines(0, 300));
        var query = Query(limit: 100);
        var first = Read(query);
        // logrotate: the file gets a new name and is packed, and a new one begins.
        File.Move(current, current + ".1");
        Pack("a/x.log.1", "a/x.log.2.gz");
        _folder.File("a/x.log", Lines(300, 400));
        var second = Read(query, cursor: first.NextCursor);
        var third = Read(query, cursor: second.NextCursor);
        Assert.Equal(
            Enumerable.Range(0, 300).Reverse().Select(second => Start.AddSeconds(second)),
            first.Entries.Concat(second.Entries).Concat(third.Entries).Select(entry => entry.Time));
    }

    [Fact]
    public void Lines_appended_between_pages_do_not_shift_the_next_page()
    {
        var path = _folder.File("a/x.log", Lines(0, 200));
        var query = Query(limit: 100);
        var first = Read(query);
        File.AppendAllText(path, Lines(200, 260));
        var second = Read(query, cursor: first.NextCursor);
        Assert.Equal(Start.AddSeconds(99), second.Entries[0].Time);
        Assert.Equal(100, second.Entries.Count);
    }

    [Fact]
    public void A_file_cut_short_under_a_cursor_is_read_from_its_new_end()
    {
        var path = _folder.File("a/x.log", Lines(0, 200));
        var first = Read(Query(limit: 10));
        using (var stream = File.OpenWrite(path)) stream.SetLength(stream.Length / 2);
        var second = Read(Query(limit: 10), cursor: first.NextCursor);
        Assert.All(second.Entries, entry => Assert.True(entry.Time < first.Entries[^1].Time));
    }

    [Fact]
    public void A_cursor_that_was_altered_is_refused()
    {
        _folder.File("a/x.log", Lines(0, 200));
        var cursor = Read(Query(limit: 10)).NextCursor!;
        for (var index = 0; index < cursor.Length; index += 3)
        {
            var altered = cursor.Remove(index, 1).Insert(index, cursor[index] == 'A' ? "B" : "A");
            if (altered == cursor) continue;
            var error = Record.Exception(() => Read(Query(limit: 10), cursor: altered));
            Assert.Equal("cursor", Assert.IsType<ToolInputException>(error).Field);
        }
        Assert.Throws<ToolInputException>(() => Read(Query(limit: 10), cursor: "?"));
        Assert.Throws<ToolInputException>(() => Read(Query(limit: 10), cursor: ""));
    }

    [Fact]
    public void A_cursor_serves_only_the_query_and_the_subject_it_came_from()
    {
        _folder.File("a/x.log", Lines(0, 200));
        var cursor = Read(Query(limit: 10)).NextCursor;
        Assert.NotEmpty(Read(Query(limit: 20), cursor: cursor).Entries);
        Assert.Throws<ToolInputException>(() => Read(Query(limit: 10) with { Text = "line" }, cursor: cursor));
        Assert.Throws<ToolInputException>(() => Read(Query(limit: 10), cursor: cursor, subject: "another"));
    }

    [Fact]
    public void A_page_ends_at_its_bytes()
    {
        _folder.File("a/x.log", Lines(0, 1000));
        var page = Reader(maxBytes: 4096).Read(Query(limit: 1000), null, "s", default);
        Assert.Equal("bytes", page.EndedBy);
        Assert.InRange(page.Entries.Count, 5, 40);
    }

    [Fact]
    public void When_the_time_is_over_the_cursor_goes_on_where_the_search_stopped()
    {
        _folder.File("a/x.log", Lines(0, 20_000));
        var reader = Reader(maxTime: TimeSpan.Zero);
        var query = Query() with { Text = "line 3 " };
        string? cursor = null;
        LogPage page;
        var pages = 0;
        do
        {
            page = reader.Read(query, cursor, "s", default);
            cursor = page.NextCursor;
            Assert.True(++pages < 100);
        }
        while (page.EndedBy == "time" && page.Entries.Count == 0);
        Assert.True(pages > 3);
        Assert.Equal("line 3 end", Assert.Single(page.Entries).Message);
    }

    [Fact]
    public void A_file_larger_than_the_budget_is_read_in_bounded_memory()
    {
        const int lines = 700_000;
        var path = _folder.File("a/big.log");
        using (var writer = new StreamWriter(path) { NewLine = "\n" })
        {
            for (var second = 0; second < lines; second++) writer.WriteLine(Line(second));
        }
        Assert.True(new FileInfo(path).Length > 60 * 1024 * 1024);
        var reader = Reader();
        reader.Read(Query(limit: 1), null, "s", default); // so that only the reading is measured

        var before = GC.GetAllocatedBytesForCurrentThread();
        var newest = reader.Read(Query(limit: 100), null, "s", default);
        Assert.Equal(Start.AddSeconds(lines - 1), newest.Entries[0].Time);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);

        before = GC.GetAllocatedBytesForCurrentThread();
        var middle = reader.Read(Query(limit: 100) with { From = Start.AddSeconds(1000), To = Start.AddSeconds(1060) }, null, "s", default);
        Assert.Equal(61, middle.Entries.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);

        before = GC.GetAllocatedBytesForCurrentThread();
        var rare = Reader(maxTime: TimeSpan.FromMinutes(1)).Read(Query() with { Text = "line 5 end" }, null, "s", default);
        Assert.Equal(Start.AddSeconds(5), Assert.Single(rare.Entries).Time);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public void Lines_swapped_by_a_few_seconds_are_all_found_in_a_time_range()
    {
        var order = Enumerable.Range(0, 5000).Select(second => second + (second % 7 * 10)).ToArray();
        _folder.File("a/x.log", string.Concat(order.Select(second => Line(second) + "\n")));
        var page = Read(Query(limit: 1000) with { From = Start.AddSeconds(1000), To = Start.AddSeconds(1500) });
        Assert.Equal(order.Count(second => second is >= 1000 and <= 1500), page.Entries.Count);
    }

    private static string Line(int second)
    {
        var time = Start.AddSeconds(second).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var number = second.ToString(CultureInfo.InvariantCulture);
        return $$"""{"time":"{{time}}","level":"info","msg":"line {{number}} end"}""" + Padding;
    }

    private static readonly string Padding = new(' ', 20);

    private static string Lines(int from, int to, int step = 1)
    {
        var text = new StringBuilder();
        for (var second = from; second < to; second += step) text.Append(Line(second)).Append('\n');
        return text.ToString();
    }

    private static LogQuery Query(int limit = 1000) => new() { Files = [], Limit = limit };

    private CursorSeal Seal { get; } = new();

    private LogReader Reader(string below = "", int maxBytes = 10_000_000, TimeSpan? maxTime = null) =>
        new(new LogFileSet([Path.Combine(_folder.Path, below, "**", "*")]), Seal, maxBytes, maxTime ?? TimeSpan.FromSeconds(30));

    private LogPage Read(LogQuery query, string below = "", string? cursor = null, string subject = "s") =>
        Reader(below).Read(query, cursor, subject, default);

    private List<LogEntry> ReadAll(LogQuery query)
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

    private void Pack(string from, string to)
    {
        var (source, target) = (Path.Combine(_folder.Path, from), Path.Combine(_folder.Path, to));
        using (var packed = new GZipStream(File.Create(target), CompressionLevel.Fastest))
        using (var plain = File.OpenRead(source)) plain.CopyTo(packed);
        File.Delete(source);
    }
}
