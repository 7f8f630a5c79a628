using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Protocol.Tests;

public sealed class AnswerScannerTests
{
    private static JsonRpcAnswerScanner Scan(string answer, int chunk = int.MaxValue)
    {
        var scanner = default(JsonRpcAnswerScanner);
        foreach (var part in Encoding.UTF8.GetBytes(answer).Chunk(Math.Max(1, Math.Min(chunk, 1_000_000)))) scanner.Feed(part);
        return scanner;
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"content":[]}}""", false, false)]
    [InlineData("""{"result":{"isError":true,"content":[{"isError":false}]},"id":7}""", false, true)]
    [InlineData("""{"result":{"isError":false,"x":{"isError":true},"y":["isError",true]},"id":7}""", false, false)]
    [InlineData("""{"id" : 7 , "error" : {"message":"\"code\":1","code" : 4030}}""", true, false)]
    [InlineData("""{"id":7,"result":["isError",true,{"a":"}"}],"x":"\\"}  """, false, false)]
    public void An_answer_is_recognized_in_chunks_of_any_size(string answer, bool isError, bool isToolError)
    {
        for (var chunk = 1; chunk <= answer.Length; chunk++)
        {
            var scanner = Scan(answer, chunk);
            Assert.True(scanner.IsAnswer);
            Assert.True(scanner.HasId("7"u8));
            Assert.False(scanner.HasId("8"u8));
            Assert.Equal((isError, isToolError, isError ? 4030 : 0), (scanner.IsError, scanner.IsToolError, scanner.ErrorCode));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("<html>")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":7,"method":"ping"}""")]
    [InlineData("""{"id":null,"error":{}}""")]
    [InlineData("""{"result":{}}""")]
    [InlineData("""{"id":7,"result":{}""")]
    [InlineData("""{"id":7,"result":{}}}""")]
    [InlineData("""{"id":7,"result":{}}{""")]
    [InlineData("""{"id":7,"result":{},"error":{}}""")]
    public void Anything_else_is_no_answer(string text) => Assert.False(Scan(text).IsAnswer);

    [Fact]
    public void An_id_may_come_back_in_another_escaping()
    {
        var scanner = Scan("""{"id":"\u00e9\u003c","result":{}}""");
        Assert.True(scanner.HasId("\"é<\""u8));
        Assert.False(scanner.HasId("\"é\""u8));
    }

    [Fact]
    public void Random_text_never_crashes_the_scanner() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var scanner = default(JsonRpcAnswerScanner);
            scanner.Feed(bytes);
            scanner.Feed("}],:\"\\{"u8);
            Assert.False(scanner.IsAnswer && scanner.IsError && scanner.IsToolError);
        }).QuickCheckThrowOnFailure();
}
