using McpMesh.Adapters.Logs;
using McpMesh.Adapters.Mcp;
using static McpMesh.Adapters.Tests.Logs.LogFolder;

namespace McpMesh.Adapters.Tests.Logs;

/// <summary>What one page of an answer holds.</summary>
public sealed class LogReaderTests : IDisposable
{
    private readonly LogFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void Entries_of_all_files_come_newest_first()
    {
        _logs.File("a/one.log", Lines(0, 10, step: 2));
        _logs.File("b/two.log", Lines(1, 10, step: 2));
        var page = _logs.Read(Query());
        Assert.Equal("end", page.EndedBy);
        Assert.Equal(
            Enumerable.Range(0, 10).Reverse().Select(second => Start.AddSeconds(second)), page.Entries.Select(entry => entry.Time));
        Assert.Equal(["b", "a"], page.Entries.Take(2).Select(entry => entry.Service));
    }

    [Fact]
    public void An_entry_is_found_again_at_its_offset()
    {
        var path = _logs.File("a/x.log", Lines(0, 50));
        foreach (var entry in _logs.Read(Query()).Entries)
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
        _logs.File("checkout/x.jsonl", """
            {"time":"2026-11-19T00:00:01Z","level":"info","msg":"Order placed"}
            {"time":"2026-11-19T00:00:02Z","level":"error","msg":"POOL exhausted"}
            {"time":"2026-11-19T00:00:03Z","level":"error","service":"other","msg":"pool \u0065xhausted"}
            {"time":"2026-11-19T00:00:04Z","level":"fatal","msg":"gone"}

            """);
        Assert.Equal(3, _logs.Read(Query() with { Least = Severity.Error }).Entries.Count);
        Assert.Equal(2, _logs.Read(Query() with { Text = "pool exhausted" }).Entries.Count);
        Assert.Single(_logs.Read(Query() with { Text = "POOL", MatchCase = true }).Entries);
        Assert.Single(_logs.Read(Query() with { Service = "other" }).Entries);
        Assert.Equal(4, _logs.Read(Query() with { Service = "checkout" }).Entries.Count);
        Assert.Equal(2, _logs.Read(Query() with { From = Start.AddSeconds(2), To = Start.AddSeconds(3) }).Entries.Count);
    }

    [Fact]
    public void Files_are_narrowed_by_patterns_below_the_root()
    {
        _logs.File("a/deep/x.log", Lines(0, 1));
        _logs.File("b/y.log", Lines(1, 2));
        Assert.Equal("a/deep/x.log", Assert.Single(_logs.Read(Query() with { Files = ["a/**"] }).Entries).File);
        Assert.Equal("b/y.log", Assert.Single(_logs.Read(Query() with { Files = ["**/y.*"] }).Entries).File);
        Assert.Empty(_logs.Read(Query() with { Files = ["none/*"] }).Entries);
    }

    [Theory]
    [InlineData("../secret.log")]
    [InlineData("a/../../secret.log")]
    [InlineData("/etc/passwd")]
    public void A_pattern_that_leaves_the_root_is_refused(string pattern)
    {
        _logs.File("logs/a/x.log", Lines(0, 1));
        _logs.File("secret.log", Lines(0, 1));
        Assert.Equal("files", Assert.Throws<ToolInputException>(() => _logs.Read(Query() with { Files = [pattern] }, "logs")).Field);
    }

    [Fact]
    public void A_link_out_of_the_root_is_never_followed()
    {
        var secret = _logs.File("outside/secret.log", Lines(0, 5));
        _logs.File("logs/a/x.log", Lines(0, 1));
        File.CreateSymbolicLink(Path.Combine(_logs.Root, "logs/a/linked.log"), secret);
        Directory.CreateSymbolicLink(Path.Combine(_logs.Root, "logs/folder"), Path.Combine(_logs.Root, "outside"));
        var page = _logs.Read(Query(), "logs");
        Assert.All(page.Entries, entry => Assert.Equal("a/x.log", entry.File));
        Assert.Equal("a/linked.log", Assert.Single(page.Skipped).File);
    }

    [Fact]
    public void A_link_inside_the_root_is_read()
    {
        var target = _logs.File("logs/a/x.log.0001", Lines(0, 1));
        File.CreateSymbolicLink(Path.Combine(_logs.Root, "logs/a/current.log"), target);
        Assert.Equal(2, _logs.Read(Query(), "logs").Entries.Count);
    }

    [Fact]
    public void Lines_of_no_format_are_counted_and_not_fatal()
    {
        _logs.File("a/x.log", Lines(0, 5) + "garbage\n" + Lines(5, 10) + "{\"half");
        var page = _logs.Read(Query());
        Assert.Equal((10, 2L), (page.Entries.Count, page.InvalidLines));
    }

    [Fact]
    public void A_line_longer_than_the_bound_is_counted_and_skipped()
    {
        _logs.File("a/x.log", Lines(0, 3) + new string('x', 3 * BackwardLineReader.MaxLineBytes) + "\n" + Lines(3, 6));
        var page = _logs.Read(Query());
        Assert.Equal((6, 1L), (page.Entries.Count, page.InvalidLines));
        _logs.Pack("a/x.log", "a/x.log.1.gz");
        var packed = _logs.Read(Query());
        Assert.Equal((6, 1L), (packed.Entries.Count, packed.InvalidLines));
    }

    [Fact]
    public void A_file_of_no_known_format_is_skipped_with_the_reason()
    {
        _logs.File("a/x.txt", "hello\nworld\n");
        Assert.Equal("is of no known format", Assert.Single(_logs.Read(Query()).Skipped).Reason);
    }

    [Fact]
    public void A_damaged_archive_is_skipped_and_the_rest_is_read()
    {
        _logs.File("a/x.log", Lines(0, 5));
        _logs.File("a/y.log", Lines(5, 3000));
        _logs.Pack("a/y.log", "a/y.log.1.gz");
        var path = Path.Combine(_logs.Root, "a/y.log.1.gz");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
        var page = _logs.Read(Query(limit: 5));
        Assert.Equal(5, page.Entries.Count(entry => entry.File == "a/x.log"));
        Assert.Single(page.Skipped);
    }

    [Fact]
    public void A_file_larger_than_the_budget_is_read_in_bounded_memory()
    {
        const int lines = 700_000;
        var path = _logs.File("a/big.log");
        using (var writer = new StreamWriter(path) { NewLine = "\n" })
        {
            for (var second = 0; second < lines; second++) writer.WriteLine(Line(second));
        }
        Assert.True(new FileInfo(path).Length > 60 * 1024 * 1024);
        var reader = _logs.Reader();
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
        var rare = _logs.Reader().Read(Query() with { Text = "line 5 end" }, null, "s", default);
        Assert.Equal(Start.AddSeconds(5), Assert.Single(rare.Entries).Time);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public void Lines_swapped_by_a_few_seconds_are_all_found_in_a_time_range()
    {
        var order = Enumerable.Range(0, 5000).Select(second => second + (second % 7 * 10)).ToArray();
        _logs.File("a/x.log", string.Concat(order.Select(second => Line(second) + "\n")));
        var page = _logs.Read(Query(limit: 1000) with { From = Start.AddSeconds(1000), To = Start.AddSeconds(1500) });
        Assert.Equal(order.Count(second => second is >= 1000 and <= 1500), page.Entries.Count);
    }
}
