using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpMesh.Grpc.Tests;

/// <summary>Whatever a client sends, the server answers with a status and serves the next one.</summary>
public sealed class HostileRequestTests : IAsyncLifetime, IDisposable
{
    private readonly RawCall _raw = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await TestServer.StartAsync(
            routes => routes
                .Unary(Methods.Say, (request, _, _) => Task.FromResult(request))
                .ServerStreaming(Methods.Count, (_, responses, _, cancel) => responses.WriteAsync(new Int32Value { Value = 1 }, cancel))
                .Duplex(Methods.Chat, async (requests, responses, _, cancel) =>
                {
                    await foreach (var request in requests) await responses.WriteAsync(request, cancel);
                }),
            new GrpcServerOptions { MaxReceiveMessageSize = 1024 });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _raw.Dispose();

    public static TheoryData<string, byte[], GrpcStatusCode> Bodies() => new()
    {
        { "no message", [], GrpcStatusCode.Unimplemented },
        { "two messages", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], GrpcStatusCode.Unimplemented },
        { "half a prefix", [0, 0, 0], GrpcStatusCode.Internal },
        { "prefix without message", [0, 0, 0, 0, 9], GrpcStatusCode.Internal },
        { "half a message", [0, 0, 0, 0, 9, 1, 2, 3], GrpcStatusCode.Internal },
        { "rest after the message", [0, 0, 0, 0, 0, 1], GrpcStatusCode.Internal },
        { "flag 2", [2, 0, 0, 0, 0], GrpcStatusCode.Internal },
        { "flag 255", [255, 0, 0, 0, 0], GrpcStatusCode.Internal },
        { "compressed", [1, 0, 0, 0, 1, 7], GrpcStatusCode.Internal },
        { "over the limit", [0, 0, 0, 4, 1], GrpcStatusCode.ResourceExhausted },
        { "2 GiB", [0, 0x80, 0, 0, 0], GrpcStatusCode.ResourceExhausted },
        { "4 GiB - 1", [0, 0xFF, 0xFF, 0xFF, 0xFF], GrpcStatusCode.ResourceExhausted },
        { "a field longer than the message", RawCall.Frame([0x0A, 100, 65]), GrpcStatusCode.Internal },
        { "a varint without end", RawCall.Frame([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), GrpcStatusCode.Internal },
        { "an end group without group", RawCall.Frame([0x0C]), GrpcStatusCode.Internal },
        { "nested groups without end", RawCall.Frame([.. Enumerable.Repeat((byte)0x0B, 1000)]), GrpcStatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_broken_body_gets_a_status(string what, byte[] body, GrpcStatusCode expected)
    {
        var unary = await SendAsync(Methods.Say.Path, [body]);
        var inPieces = await SendAsync(Methods.Say.Path, [.. body.Select(b => new[] { b })]);
        var streaming = await SendAsync(Methods.Count.Path, [body]);

        Assert.True(unary.Status == expected, $"{what}: {unary.Status} {unary.Detail}");
        Assert.True(inPieces.Status == expected, $"{what}, byte by byte: {inPieces.Status} {inPieces.Detail}");
        Assert.True(streaming.Status == expected, $"{what}, streaming: {streaming.Status} {streaming.Detail}");
        Assert.All([unary, inPieces], answer => Assert.True(answer.IsTrailersOnly && answer.HttpStatus == 200 && answer.Detail.Length > 0));
        await StillServesAsync();
    }

    [Fact]
    public async Task In_a_stream_the_good_messages_are_served_before_the_bad_one_ends_it()
    {
        var good = RawCall.Frame(new StringValue { Value = "good" }.ToByteArray());

        var answer = await SendAsync(Methods.Chat.Path, [[.. good, .. good, 9]]);

        Assert.Equal([.. good, .. good], answer.Body);
        Assert.Equal(GrpcStatusCode.Internal, answer.Status);
        Assert.False(answer.IsTrailersOnly);
    }

    [Theory]
    [InlineData("gzip", 1, GrpcStatusCode.Unimplemented)]
    [InlineData("gzip", 0, GrpcStatusCode.OK)]
    [InlineData("identity", 1, GrpcStatusCode.Internal)]
    public async Task Compression_is_refused_where_it_is_used_and_the_answer_says_what_is_possible(
        string encoding, byte flag, GrpcStatusCode expected)
    {
        var answer = await SendAsync(Methods.Say.Path, [RawCall.Frame([], flag)], headers: ("grpc-encoding", encoding));

        Assert.Equal(expected, answer.Status);
        if (expected == GrpcStatusCode.Unimplemented) Assert.Equal("identity", answer.Headers["grpc-accept-encoding"]);
        if (flag == 1) Assert.Contains("identity", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void No_body_at_all_brings_the_server_down() =>
        Prop.ForAll<NonNull<byte[]>, bool>((body, framed) =>
        {
            var answer = SendAsync(Methods.Say.Path, [framed ? RawCall.Frame(body.Get) : body.Get]).GetAwaiter().GetResult();
            Assert.Equal(200, answer.HttpStatus);
            Assert.NotNull(answer.Status);
            Assert.NotEqual(GrpcStatusCode.Unknown, answer.Status);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData("/test.v1.Echo/Shout")]
    [InlineData("/test.v1.echo/Say")]
    [InlineData("/Echo/Say")]
    [InlineData("/")]
    [InlineData("/test.v1.Echo/Say/")]
    [InlineData("/..%2Ftest.v1.Echo/Say")]
    public async Task An_unknown_method_is_unimplemented(string path) =>
        Assert.Equal(GrpcStatusCode.Unimplemented, (await SendAsync(path, [RawCall.Frame([])])).Status);

    [Theory]
    [InlineData("soon")]
    [InlineData("1000000000S")]
    [InlineData("-1S")]
    public async Task A_timeout_that_is_none_is_refused_by_name(string timeout)
    {
        var answer = await SendAsync(Methods.Say.Path, [RawCall.Frame([])], headers: ("grpc-timeout", timeout));

        Assert.Equal(GrpcStatusCode.Internal, answer.Status);
        Assert.Contains("grpc-timeout", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_timeout_is_no_trouble() =>
        Assert.Equal(
            GrpcStatusCode.OK, (await SendAsync(Methods.Say.Path, [RawCall.Frame([])], headers: ("grpc-timeout", "99999999H"))).Status);

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task Another_content_type_is_refused_by_http(string contentType)
    {
        var answer = await _raw.SendAsync(_server.Address, Methods.Say.Path, [RawCall.Frame([])], contentType).WaitAsync(Methods.Hang);

        Assert.Equal(415, answer.HttpStatus);
        Assert.Null(answer.Status);
    }

    [Fact]
    public async Task Another_verb_is_refused_by_http()
    {
        var answer = await _raw.SendAsync(_server.Address, Methods.Say.Path, [], method: HttpMethod.Get).WaitAsync(Methods.Hang);

        Assert.Equal(405, answer.HttpStatus);
    }

    [Fact]
    public async Task Http_1_is_told_to_upgrade()
    {
        var routes = new GrpcRoutes();
        var grpc = new GrpcServer(routes, new GrpcServerOptions(), new LogLines());
        await using var server = await TestServer.StartAsync(grpc.HandleAsync, protocols: HttpProtocols.Http1);
        using var http = new HttpClient();

        using var content = new ByteArrayContent(RawCall.Frame([]));
        content.Headers.ContentType = new("application/grpc");
        using var response = await http.PostAsync(new Uri(server.Address, Methods.Say.Path), content).WaitAsync(Methods.Hang);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal("h2c", response.Headers.Upgrade.ToString());
    }

    [Fact]
    public async Task A_refused_flood_is_not_read_to_its_end()
    {
        var megabyte = new byte[1 << 20];
        var sent = 0;
        var call = SendAsync(Methods.Say.Path, Pieces());

        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await call).Status);
        Assert.InRange(sent, 0, 999);
        await StillServesAsync();

        IEnumerable<byte[]> Pieces()
        {
            yield return [0, 0xFF, 0xFF, 0xFF, 0xFF];
            for (; sent < 1000; sent++) yield return megabyte;
        }
    }

    private Task<RawAnswer> SendAsync(string path, IEnumerable<byte[]> pieces, params (string Name, string Value)[] headers) =>
        _raw.SendAsync(_server.Address, path, pieces, headers: headers).WaitAsync(Methods.Hang);

    private async Task StillServesAsync()
    {
        var frame = RawCall.Frame(new StringValue { Value = "still here" }.ToByteArray());
        var answer = await SendAsync(Methods.Say.Path, [frame]);
        Assert.Equal(GrpcStatusCode.OK, answer.Status);
        Assert.Equal(frame, answer.Body);
    }
}
