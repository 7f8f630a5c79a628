using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpMesh.Grpc.Tests;

/// <summary>Whatever a server answers, the caller gets a status.</summary>
public sealed class BadServerTests
{
    private static readonly byte[] Good = RawCall.Frame(new StringValue { Value = "good" }.ToByteArray());

    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(429, GrpcStatusCode.Unavailable)]
    [InlineData(502, GrpcStatusCode.Unavailable)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    [InlineData(504, GrpcStatusCode.Unavailable)]
    [InlineData(500, GrpcStatusCode.Unknown)]
    [InlineData(302, GrpcStatusCode.Unknown)]
    public async Task A_status_of_http_becomes_one_of_grpc(int http, GrpcStatusCode expected)
    {
        var error = await FailAsync(context =>
        {
            context.Response.StatusCode = http;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<h1>proxy</h1>");
        });

        Assert.Equal(expected, error.Code);
        Assert.Contains(http.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grpc_status_wins_over_the_one_of_http() =>
        Assert.Equal(GrpcStatusCode.AlreadyExists, (await FailAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers["grpc-status"] = "6";
            return Task.CompletedTask;
        })).Code);

    [Fact]
    public async Task A_status_in_trailers_wins_over_one_in_headers() =>
        Assert.Equal(GrpcStatusCode.DataLoss, (await FailAsync(async context =>
        {
            context.Response.Headers["grpc-status"] = "0";
            await AnswerAsync([Good], "15")(context);
        })).Code);

    [Theory]
    [InlineData("text/html")]
    [InlineData(null)]
    public async Task Ok_with_another_content_type_is_unknown(string? contentType) =>
        Assert.Equal(GrpcStatusCode.Unknown, (await FailAsync(context =>
        {
            context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(Good).AsTask();
        })).Code);

    [Theory]
    [InlineData("17", GrpcStatusCode.Unknown)]
    [InlineData("99999999999", GrpcStatusCode.Unknown)]
    [InlineData("-1", GrpcStatusCode.Unknown)]
    [InlineData("five", GrpcStatusCode.Unknown)]
    [InlineData("16", GrpcStatusCode.Unauthenticated)]
    public async Task A_status_that_is_none_is_unknown(string status, GrpcStatusCode expected) =>
        Assert.Equal(expected, (await FailAsync(AnswerAsync([Good], status))).Code);

    [Fact]
    public async Task A_stream_without_a_status_is_internal() =>
        Assert.Equal(GrpcStatusCode.Internal, (await FailAsync(AnswerAsync([Good], null))).Code);

    public static TheoryData<string, byte[], GrpcStatusCode> Bodies() => new()
    {
        { "no message", [], GrpcStatusCode.Unimplemented },
        { "two messages", [.. Good, .. Good], GrpcStatusCode.Unimplemented },
        { "half a prefix", [0, 0], GrpcStatusCode.Internal },
        { "half a message", Good[..^1], GrpcStatusCode.Internal },
        { "flag 7", [7, .. Good[1..]], GrpcStatusCode.Internal },
        { "compressed", [1, .. Good[1..]], GrpcStatusCode.Internal },
        { "no protobuf", RawCall.Frame([0x0A, 100, 65]), GrpcStatusCode.Internal },
        { "over the limit", [0, 0, 64, 0, 1], GrpcStatusCode.ResourceExhausted },
        { "4 GiB - 1", [0, 255, 255, 255, 255], GrpcStatusCode.ResourceExhausted },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_broken_answer_is_a_status(string what, byte[] body, GrpcStatusCode expected)
    {
        var error = await FailAsync(AnswerAsync([body], "0"));
        var inPieces = await FailAsync(AnswerAsync([.. body.Select(b => new[] { b })], "0"));

        Assert.True(error.Code == expected, $"{what}: {error.Message}");
        Assert.True(inPieces.Code == expected, $"{what}, byte by byte: {inPieces.Message}");
        Assert.NotEmpty(error.Detail);
    }

    [Fact]
    public async Task Frames_in_any_pieces_are_read()
    {
        await using var server = await TestServer.StartAsync(AnswerAsync([.. Good.Concat(Good).Select(b => new[] { b }), [.. Good, .. Good]], "0"));
        using var channel = new GrpcChannel(server.Address);

        var received = new List<string>();
        await foreach (var message in Stream(channel)) received.Add(message.Value);

        Assert.Equal(["good", "good", "good", "good"], received);
    }

    [Theory]
    [InlineData(0x1, GrpcStatusCode.Internal)]
    [InlineData(0x2, GrpcStatusCode.Internal)]
    [InlineData(0x8, GrpcStatusCode.Cancelled)]
    [InlineData(0xb, GrpcStatusCode.ResourceExhausted)]
    [InlineData(0xc, GrpcStatusCode.PermissionDenied)]
    public async Task A_reset_stream_is_the_status_of_its_code(int code, GrpcStatusCode expected)
    {
        var atOnce = await FailAsync(context =>
        {
            context.Features.Get<IHttpResetFeature>()!.Reset(code);
            return Task.CompletedTask;
        });
        Assert.Equal(expected, atOnce.Code);

        await using var server = await TestServer.StartAsync(async context =>
        {
            await AnswerAsync([Good], null)(context);
            context.Features.Get<IHttpResetFeature>()!.Reset(code);
        });
        using var channel = new GrpcChannel(server.Address);
        var later = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var _ in Stream(channel)) { }
        });
        Assert.Equal(expected, later.Code);
    }

    [Fact]
    public async Task A_refused_connection_is_unavailable()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var channel = new GrpcChannel(new Uri($"http://{taken.LocalEndPoint}"));

        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));

        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Contains($"{taken.LocalEndPoint}", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_http_1_is_a_status_too()
    {
        await using var server = await TestServer.StartAsync(_ => Task.CompletedTask, protocols: HttpProtocols.Http1);
        using var channel = new GrpcChannel(server.Address);

        await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));
    }

    [Fact]
    public async Task A_request_over_the_limit_is_not_sent()
    {
        using var channel = new GrpcChannel(new Uri("http://127.0.0.1:1"), new GrpcChannelOptions { MaxSendMessageSize = 10 });

        var error = await Assert.ThrowsAsync<GrpcException>(
            () => channel.CallAsync(Methods.Say, new StringValue { Value = "more than ten" }).WaitAsync(Methods.Hang));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public async Task A_refusal_while_the_request_is_still_going_out_is_the_status()
    {
        var error = await FailAsync(
            context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = "8";
                return Task.CompletedTask;
            },
            new StringValue { Value = new string('x', 3 << 20) });

        Assert.Equal(GrpcStatusCode.ResourceExhausted, error.Code);
    }

    [Theory]
    [InlineData("127.0.0.1:50001")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1/path")]
    [InlineData("http://127.0.0.1/?query")]
    [InlineData("/relative")]
    public void An_address_that_is_none_is_refused(string address) =>
        Assert.Throws<ArgumentException>(() => new GrpcChannel(new Uri(address, UriKind.RelativeOrAbsolute)));

    private static IAsyncEnumerable<StringValue> Stream(GrpcChannel channel) =>
        channel.StreamAsync(Methods.Chat, new StringValue());

    private static RequestDelegate AnswerAsync(byte[][] pieces, string? status) => async context =>
    {
        context.Response.ContentType = "application/grpc";
        if (status is not null) context.Response.AppendTrailer("grpc-status", status);
        await context.Response.Body.FlushAsync();
        foreach (var piece in pieces)
        {
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    };

    private static async Task<GrpcException> FailAsync(RequestDelegate handler, StringValue? request = null)
    {
        await using var server = await TestServer.StartAsync(handler);
        using var channel = new GrpcChannel(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = 4 << 20 });
        return await Assert.ThrowsAsync<GrpcException>(
            () => channel.CallAsync(Methods.Say, request ?? new StringValue()).WaitAsync(Methods.Hang));
    }
}
