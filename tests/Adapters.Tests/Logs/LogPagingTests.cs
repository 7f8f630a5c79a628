using McpMesh.Adapters.Logs;
using McpMesh.Adapters.Mcp;
using static McpMesh.Adapters.Tests.Logs.LogFolder;

namespace McpMesh.Adapters.Tests.Logs;

/// <summary>How pages follow each other while files grow, are rotated and packed; where a page ends; what a cursor is good for.</summary>
public sealed class LogPagingTests : IDisposable
{
    private readonly LogFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void Pages_together_are_the_whole_without_gap_or_double()
    {
        for (var file = 0; file < 4; file++) _logs.File($"s{file}/x.log", Lines(file, 400, step: 4));
        _logs.Pack("s0/x.log", "s0/x.log.1.gz");
        Assert.Equal(
            Enumerable.Range(0, 400).Reverse(), _logs.ReadAll(Query(limit: 37)).Select(entry => (int)(entry.Time - Start).TotalSeconds));
    }

    [Fact]
    public void Rotation_and_compression_between_pages_lose_nothing_and_double_nothing()
    {
        var current = _logs.File("a/x.log", Lines(0, 300));
        var query = Query(limit: 100);
        var first = _logs.Read(query);
        // logrotate: the file gets a new name and is packed, and a new one begins.
        File.Move(current, current + ".1");
        _logs.Pack("a/x.log.1", "a/x.log.2.gz");
        _logs.File("a/x.log", Lines(300, 400));
        var second = _logs.Read(query, cursor: first.NextCursor);
        var third = _logs.Read(query, cursor: second.NextCursor);
        Assert.Equal(
            Enumerable.Range(0, 300).Reverse().Select(second => Start.AddSeconds(second)),
            first.Entries.Concat(second.Entries).Concat(third.Entries).Select(entry => entry.Time));
    }

    [Fact]
    public void Lines_appended_between_pages_do_not_shift_the_next_page()
    {
        var path = _logs.File("a/x.log", Lines(0, 200));
        var query = Query(limit: 100);
        var first = _logs.Read(query);
        File.AppendAllText(path, Lines(200, 260));
        var second = _logs.Read(query, cursor: first.NextCursor);
        Assert.Equal(Start.AddSeconds(99), second.Entries[0].Time);
        Assert.Equal(100, second.Entries.Count);
    }

    [Fact]
    public void A_file_cut_short_under_a_cursor_is_read_from_its_new_end()
    {
        var path = _logs.File("a/x.log", Lines(0, 200));
        var first = _logs.Read(Query(limit: 10));
        using (var stream = File.OpenWrite(path)) stream.SetLength(stream.Length / 2);
        var second = _logs.Read(Query(limit: 10), cursor: first.NextCursor);
        Assert.All(second.Entries, entry => Assert.True(entry.Time < first.Entries[^1].Time));
    }

    [Fact]
    public void A_cursor_that_was_altered_is_refused()
    {
        _logs.File("a/x.log", Lines(0, 200));
        var cursor = _logs.Read(Query(limit: 10)).NextCursor!;
        for (var index = 0; index < cursor.Length; index += 3)
        {
            var altered = cursor.Remove(index, 1).Insert(index, cursor[index] == 'A' ? "B" : "A");
            if (altered == cursor) continue;
            var error = Record.Exception(() => _logs.Read(Query(limit: 10), cursor: altered));
            Assert.Equal("cursor", Assert.IsType<ToolInputException>(error).Field);
        }
        Assert.Throws<ToolInputException>(() => _logs.Read(Query(limit: 10), cursor: "?"));
        Assert.Throws<ToolInputException>(() => _logs.Read(Query(limit: 10), cursor: ""));
    }

    [Fact]
    public void A_cursor_serves_only_the_query_and_the_subject_it_came_from()
    {
        _logs.File("a/x.log", Lines(0, 200));
        var cursor = _logs.Read(Query(limit: 10)).NextCursor;
        Assert.NotEmpty(_logs.Read(Query(limit: 20), cursor: cursor).Entries);
        Assert.Throws<ToolInputException>(() => _logs.Read(Query(limit: 10) with { Text = "line" }, cursor: cursor));
        Assert.Throws<ToolInputException>(() => _logs.Read(Query(limit: 10), cursor: cursor, subject: "another"));
    }

    [Fact]
    public void A_page_ends_at_its_bytes()
    {
        _logs.File("a/x.log", Lines(0, 1000));
        var page = _logs.Reader(maxBytes: 4096).Read(Query(limit: 1000), null, "s", default);
        Assert.Equal("bytes", page.EndedBy);
        Assert.InRange(page.Entries.Count, 5, 40);
    }

    [Fact]
    public void When_the_time_is_over_the_cursor_goes_on_where_the_search_stopped()
    {
        _logs.File("a/x.log", Lines(0, 20_000));
        var reader = _logs.Reader(maxTime: TimeSpan.Zero);
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
}
