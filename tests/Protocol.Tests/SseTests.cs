using System.Buffers;
using System.Text;

namespace McpMesh.Protocol.Tests;

public sealed class SseTests
{
    public static TheoryData<string> LineEnds => new("\n", "\r\n", "\r");

    [Theory]
    [MemberData(nameof(LineEnds))]
    public void The_answer_in_a_stream_is_found_in_chunks_of_any_size(string end)
    {
        var stream = Encoding.UTF8.GetBytes(string.Join(end,
            ": hello", "", "event: message", """data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}""", "",
            "id: 1", "data:{\"jsonrpc\":\"2.0\",\"id\":7,", "data: \"result\":{\"isError\":true}}", "retry: 5", "", ""));
        for (var size = 1; size <= stream.Length; size++)
        {
            var scanner = default(SseAnswerScanner);
            Assert.True(scanner.IsBetweenEvents);
            foreach (var chunk in stream.Chunk(size)) scanner.Feed(chunk);
            Assert.True(scanner.IsBetweenEvents);
            Assert.True(scanner.HasAnswer);
            Assert.True(scanner.Answer.IsToolError);
            Assert.True(scanner.Answer.HasId("7"u8));
        }
    }

    [Fact]
    public void Inside_an_event_nothing_may_be_written()
    {
        var scanner = default(SseAnswerScanner);
        foreach (var (text, isBetween) in new[] { ("da", false), ("ta: {", false), ("}\n", false), ("\n", true), (": c\n", false),
            ("\n", true) })
        {
            scanner.Feed(Encoding.UTF8.GetBytes(text));
            Assert.Equal(isBetween, scanner.IsBetweenEvents);
        }
    }

    [Theory]
    [MemberData(nameof(LineEnds))]
    public void Events_are_read_with_their_lines_joined(string end)
    {
        var reader = new SseEventReader(
            Encoding.UTF8.GetBytes(string.Join(end, ": c", "", "data: a", "data:b", "", "event: x", "", "data: torn")));
        var data = new ArrayBufferWriter<byte>();
        Assert.True(reader.TryRead(data));
        Assert.Equal("a\nb", Encoding.UTF8.GetString(data.WrittenSpan));
        Assert.False(reader.TryRead(data));
    }

    [Fact]
    public void What_is_written_can_be_read()
    {
        var stream = new ArrayBufferWriter<byte>();
        stream.Write(SseWriter.KeepAlive);
        SseWriter.WriteMessage(stream, "{\"id\":1}"u8);
        stream.Write(SseWriter.KeepAlive);
        var reader = new SseEventReader(stream.WrittenSpan);
        var data = new ArrayBufferWriter<byte>();
        Assert.True(reader.TryRead(data));
        Assert.Equal("{\"id\":1}", Encoding.UTF8.GetString(data.WrittenSpan));
        Assert.False(reader.TryRead(data));
    }
}
