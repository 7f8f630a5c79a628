using System.Buffers;
using System.Text;
using System.Text.Json;

namespace McpMesh.Protocol.Tests;

public sealed class ListPageTests
{
    private static McpListPage? Read(string answer, out int error) =>
        McpListPage.Read(Encoding.UTF8.GetBytes(answer), McpListKind.Tools, out error);

    [Fact]
    public void An_item_keeps_every_byte_but_its_name()
    {
        const string Item =
            """{ "inputSchema":{"$schema":"x","properties":{"name":{"type":"string"}}}, "name" : "re\u0061d", "title":"\u00e9" }""";
        var page = Read($$$"""{"jsonrpc":"2.0","result":{"nextCursor":"","tools":[ {{{Item}}} ],"ttlMs":5},"id":1}""", out _)!;
        var item = Assert.Single(page.Items);
        var output = new ArrayBufferWriter<byte>();
        item.WriteTo(output, "logs.read");
        Assert.Equal("read", item.Key);
        Assert.Equal("", page.NextCursor);
        Assert.Equal(
            Item.Replace("\"re\\u0061d\"", "\"logs.read\"", StringComparison.Ordinal), Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void The_last_page_has_no_cursor() => Assert.Null(Read("""{"id":1,"result":{"tools":[]}}""", out _)!.NextCursor);

    [Fact]
    public void An_error_is_told_by_its_code()
    {
        Assert.Null(Read("""{"id":1,"error":{"message":"no","code":-32601,"data":{"code":1}}}""", out var error));
        Assert.Equal(-32601, error);
    }

    [Theory]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":1,"result":{}}""")]
    [InlineData("""{"id":1,"result":{"tools":{}}}""")]
    [InlineData("""{"id":1,"result":{"tools":[1]}}""")]
    [InlineData("""{"id":1,"result":{"tools":[{"title":"x"}]}}""")]
    [InlineData("""{"id":1,"result":{"tools":[{"name":1}]}}""")]
    [InlineData("""{"id":1,"result":{"tools":[{"name":"a","name":"b"}]}}""")]
    [InlineData("""{"id":1,"result":{"tools":[],"nextCursor":{}}}""")]
    [InlineData("<html>")]
    public void Anything_else_is_refused(string answer) => Assert.ThrowsAny<JsonException>(() => Read(answer, out _));
}
