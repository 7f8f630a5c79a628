using System.Text;

namespace McpMesh.Protocol.Tests;

public sealed class EnvelopeTests
{
    private const int Depth = 16;

    private static JsonRpcEnvelope Read(string body)
    {
        Assert.True(JsonRpcEnvelopeReader.TryRead(Encoding.UTF8.GetBytes(body), Depth, out var envelope, out var fault), fault?.Message);
        return envelope;
    }

    private static JsonRpcFault Refuse(string body) => Refuse(Encoding.UTF8.GetBytes(body));

    private static JsonRpcFault Refuse(byte[] body)
    {
        Assert.False(JsonRpcEnvelopeReader.TryRead(body, Depth, out _, out var fault));
        return fault;
    }

    private static string Cut(string body, JsonRange range) => Encoding.UTF8.GetString(range.Of(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Parts_are_found_wherever_they_stand()
    {
        const string Body = """
            { "params": { "arguments": {"a":[{"x":1},{"x":2}]}, "_meta": {"progressToken":"p","traceparent":"00-1",
              "io.modelcontextprotocol/clientCapabilities":{"e":{}},
              "io.modelcontextprotocol/protocolVersion":"2026-07-28"}, "name" : "logs.\u0072ead" },
              "id": "é", "method": "tools/call", "jsonrpc": "2.0" }
            """;
        var envelope = Read(Body);
        Assert.Equal((JsonRpcKind.Request, "tools/call", "2026-07-28"), (envelope.Kind, envelope.Method, envelope.ProtocolVersion));
        Assert.Equal("\"é\"", Cut(Body, envelope.Id));
        Assert.Equal("logs.read", JsonSplice.Text(Encoding.UTF8.GetBytes(Body), envelope.Name));
        Assert.Equal("""{"a":[{"x":1},{"x":2}]}""", Cut(Body, envelope.Arguments));
        Assert.Equal("""{"e":{}}""", Cut(Body, envelope.ClientCapabilities));
        Assert.Equal("\"p\"", Cut(Body, envelope.ProgressToken));
        Assert.Equal("\"00-1\"", Cut(Body, envelope.TraceParent));
        Assert.StartsWith("""{ "arguments":""", Cut(Body, envelope.Params), StringComparison.Ordinal);
        Assert.EndsWith("""ead" }""", Cut(Body, envelope.Params), StringComparison.Ordinal);
        Assert.Equal(Body.Trim(), Cut(Body, envelope.Message));
    }

    [Fact]
    public void A_message_without_id_is_a_notification_and_one_with_a_result_is_a_response()
    {
        Assert.Equal(JsonRpcKind.Notification, Read("""{"jsonrpc":"2.0","method":"notifications/initialized"}""").Kind);
        Assert.Equal(JsonRpcKind.Response, Read("""{"jsonrpc":"2.0","id":1,"result":{}}""").Kind);
        Assert.Equal(JsonRpcKind.Response, Read("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}""").Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"} x""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}{}""")]
    [InlineData("""{"jsonrpc":"2.0","id":01,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping",}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"name":"\ud800"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"\ud800":1}}""")]
    [InlineData("// comment\n{}")]
    public void What_is_not_one_JSON_value_is_a_parse_error(string body) => Assert.Equal(-32700, Refuse(body).Code);

    [Fact]
    public void Invalid_UTF8_is_a_parse_error() =>
        Assert.Equal(-32700, Refuse([.. """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":" """u8, 0xC0, 0x80, .. "\"}}"u8]).Code);

    [Fact]
    public void A_byte_order_mark_is_a_parse_error() =>
        Assert.Equal(-32700, Refuse([0xEF, 0xBB, 0xBF, .. """{"jsonrpc":"2.0","id":1,"method":"ping"}"""u8]).Code);

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""")]
    [InlineData("1")]
    [InlineData("""{"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"Method":"a","method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Arguments":{}}}""")]
    public void What_is_not_a_message_is_an_invalid_request(string body) => Assert.Equal(-32600, Refuse(body).Code);

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"uri":null}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":[]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":3}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"progressToken":[]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":7}}}""")]
    public void A_parameter_of_the_wrong_type_is_an_invalid_parameter(string body) => Assert.Equal(-32602, Refuse(body).Code);

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","\u006dethod":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":"a","n\u0061me":"b"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{"service":"a","b":{},"service":"payments"}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{"x":[{"y":{"k":1,"k":1}}]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"progressToken":1,"progressToken":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","unknown":{"k":1,"k":1}}""")]
    public void A_member_that_is_named_twice_is_refused(string body)
    {
        var fault = Refuse(body);
        Assert.Equal(-32600, fault.Code);
        Assert.Contains("twice", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_name_in_different_objects_is_no_duplicate() =>
        Read("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":1}],"k":1}}}""");

    [Fact]
    public void Many_members_are_told_apart()
    {
        var members = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"m{i}\":{i}"));
        Read($$$"""{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{ {{{members}}} } } }""");
        Refuse($$$"""{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{ {{{members}}},"m1234":0 } } }""");
    }

    [Fact]
    public void More_members_than_the_bound_are_refused()
    {
        var members = string.Join(',', Enumerable.Range(0, MemberNames.Limit + 1).Select(i => $"\"{i:x}\":0"));
        Assert.Equal(-32700, Refuse($$$"""{"jsonrpc":"2.0","id":1,"method":"a","params":{ {{{members}}} }}""").Code);
    }

    [Fact]
    public void Nesting_beyond_the_bound_is_refused()
    {
        string Nested(int depth) =>
            $$$"""{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":{{{new string('[', depth)}}}{{{new string(']', depth)}}} }}""";
        Read(Nested(Depth - 2));
        Assert.Equal(-32700, Refuse(Nested(Depth - 1)).Code);
        Assert.Equal(-32700, Refuse(Nested(100_000)).Code);
    }

    [Fact]
    public void An_id_beyond_the_bound_is_refused() =>
        Assert.Equal(-32600, Refuse($$"""{"jsonrpc":"2.0","id":"{{new string('x', JsonRpcEnvelope.MaxIdBytes)}}","method":"ping"}""").Code);
}
