using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Hosting;

/// <summary><c>--max-body-size</c> and <c>--read-buffer-size</c>.</summary>
public sealed class RequestLimitsTests : IDisposable
{
    private const string TooLarge = "stream too large";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("POST", "/v1.0/state/memory", 400, "ERR_MALFORMED_REQUEST", TooLarge)]
    [InlineData("POST", "/v1.0/state/memory/bulk", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: " + TooLarge)]
    [InlineData("PUT", "/v1.0/state/memory/transaction", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: " + TooLarge)]
    [InlineData("POST", "/v1.0/publish/pubsub/t", 500, "ERR_PUBSUB_PUBLISH_MESSAGE",
        "error when publishing to topic t in pubsub pubsub: " + TooLarge)]
    [InlineData("POST", "/v1.0/publish/bulk/pubsub/t", 400, "ERR_PUBSUB_EVENTS_SER",
        "error when unmarshaling the request for topic t pubsub pubsub: " + TooLarge)]
    [InlineData("PUT", "/v1.0/metadata/note", 400, "ERR_BODY_READ", "failed to read request body: " + TooLarge)]
    [InlineData("POST", "/v1.0/workflows/dapr/w/start", 400, "ERR_BODY_READ", "failed to read request body: " + TooLarge)]
    public async Task A_body_over_the_limit_is_an_error_of_what_reads_it(string method, string path, int status, string code, string message)
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", more: ["--max-body-size", "2Ki"]);
        foreach (var isChunked in new[] { false, true })
            Assert.Equal((status, code, message), await SendAsync(sidecar, method, path, isChunked));
    }

    [Fact]
    public async Task An_invocation_over_the_limit_is_not_for_the_app_on_either_way()
    {
        var calls = 0;
        await using var app = await TestApp.StartAsync(async context =>
        {
            var read = new StreamReader(context.Request.Body);
            if ((await read.ReadToEndAsync()).Length > 0) Interlocked.Increment(ref calls);
        });
        await using var callee = await SidecarUnderTest.StartAsync(_folder, "orders", app, ["--max-body-size", "2Ki"]);
        await using var caller = await SidecarUnderTest.StartAsync(_folder, "gateway", more: ["--max-body-size", "2Ki"]);
        foreach (var sidecar in new[] { callee, caller })
        {
            foreach (var (isChunked, size) in new[] { (false, 4 << 10), (false, 100 << 10), (true, 4 << 10) })
            {
                Assert.Equal(
                    (500, "ERR_DIRECT_INVOKE", $"failed to invoke, id: orders, err: {TooLarge}"),
                    await SendAsync(sidecar, "POST", "/v1.0/invoke/orders/method/x", isChunked, size));
            }

            using var taken = await sidecar.Http.PostAsync("/v1.0/invoke/orders/method/x", new ByteArrayContent(new byte[2048]));
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        Assert.Equal(2, calls);
    }

    [Theory]
    [InlineData(null, 6 << 10, true)] // daprd's HTTP server reads 4 KiB more than its limit of 4 KiB
    [InlineData(null, 10 << 10, false)]
    [InlineData("64Ki", 60 << 10, true)]
    [InlineData("64Ki", 80 << 10, false)]
    public async Task Headers_are_taken_up_to_the_read_buffer(string? limit, int size, bool taken)
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, "me", more: limit is null ? [] : ["--read-buffer-size", limit]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/metadata");
        request.Headers.Add("Authorization", "Bearer " + new string('x', size));
        using var answer = await sidecar.Http.SendAsync(request);
        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    private static async Task<(int Status, string? Code, string? Message)> SendAsync(
        SidecarUnderTest sidecar, string method, string path, bool isChunked, int size = 4 << 10)
    {
        if (isChunked) return await SendChunkAsync(sidecar, method, path);
        // It asks before it sends: the refusal closes the connection, and a client that is still sending may not get to read it.
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new StringContent("[" + new string(' ', size)),
            Headers = { ExpectContinue = true },
        };
        using var answer = await sidecar.Http.SendAsync(request);
        return Read((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    // One chunk, and never the end: the answer comes while nothing is on its way that would break the connection off.
    private static async Task<(int Status, string? Code, string? Message)> SendChunkAsync(SidecarUnderTest sidecar, string method, string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, sidecar.Port, limit.Token);
        var request = $"{method} {path} HTTP/1.1\r\nHost: sidecar\r\nTransfer-Encoding: chunked\r\n\r\nc00\r\n[{new string(' ', 3071)}\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), limit.Token);
        using var reader = new StreamReader(connection.GetStream());
        var status = int.Parse((await reader.ReadLineAsync(limit.Token))!.Split(' ')[1], CultureInfo.InvariantCulture);
        var body = Array.Empty<char>();
        for (var line = "-"; line.Length > 0; line = (await reader.ReadLineAsync(limit.Token))!)
        {
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                body = new char[int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)];
        }

        await reader.ReadBlockAsync(body, limit.Token);
        return Read(status, new string(body));
    }

    private static (int Status, string? Code, string? Message) Read(int status, string body)
    {
        var error = JsonDocument.Parse(body).RootElement;
        return (status, error.GetProperty("errorCode").GetString(), error.GetProperty("message").GetString());
    }
}
