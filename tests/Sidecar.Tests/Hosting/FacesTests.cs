using System.Net;
using System.Net.Sockets;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Hosting;

/// <summary>Where and how the sidecar listens.</summary>
public sealed class FacesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_public_port_has_metadata_and_health_and_nothing_else()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, "me", more: ["--dapr-public-port", "0"], environment: ("DAPR_API_TOKEN", "token"));
        using var http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{sidecar.PortAfter("metadata and health are served on ")}"),
        };
        Assert.Contains("\"id\":\"me\"", await http.GetStringAsync("/v1.0/metadata"), StringComparison.Ordinal);
        using var health = await http.GetAsync("/v1.0/healthz");
        Assert.Equal(HttpStatusCode.NoContent, health.StatusCode);
        foreach (var path in new[] { "/v1.0/state/memory/k", "/v1.0/secrets/s/bulk", "/v1.0/shutdown", "/x" })
        {
            using var refused = await http.PostAsync(path, null);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Sockets_stand_in_for_the_API_ports_and_a_dead_sidecar_s_are_taken_over()
    {
        string[] line = ["--app-id", "me", "--resources-path", _folder.Components, "--unix-domain-socket", _folder.Root];
        await using (var first = await SidecarUnderTest.StartBareAsync(_folder, line))
        {
            var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, line);
            Assert.Equal(1, exitCode);
            Assert.Contains("me-grpc.socket: the socket is already in use", output, StringComparison.Ordinal);
            await first.KillAsync();
        }

        await using var sidecar = await SidecarUnderTest.StartBareAsync(_folder, line);
        var socket = Path.Combine(_folder.Root, "dapr-me-http.socket");
        Assert.Contains($"HTTP server is running on {socket},", sidecar.Log, StringComparison.Ordinal);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://sidecar") };
        using var answer = await http.GetAsync("/v1.0/healthz");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://console.example", "https://console.example", "https://console.example")]
    [InlineData("https://*.example", "https://a.example", "https://a.example")]
    [InlineData("*", "https://any.where", "*")]
    [InlineData("https://console.example", "https://other.example", null)]
    public async Task Cross_origin_requests_are_answered_for_allowed_origins(string allowed, string origin, string? answered)
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, "me", more: ["--allowed-origins", $"https://first.example,{allowed}"], environment: ("DAPR_API_TOKEN", "token"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1.0/state/memory");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "dapr-api-token");
        using var answer = await sidecar.Http.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(answered, Value(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(answered is null ? null : "POST", Value(answer, "Access-Control-Allow-Methods"));

        // The answer that matters has it too, even when it refuses: the page shall see why.
        using var actual = new HttpRequestMessage(HttpMethod.Get, "/v1.0/metadata");
        actual.Headers.Add("Origin", origin);
        using var refused = await sidecar.Http.SendAsync(actual);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(answered, Value(refused, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Without_allowed_origins_nothing_is_said_about_them()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/metadata");
        request.Headers.Add("Origin", "https://any.where");
        using var answer = await sidecar.Http.SendAsync(request);
        Assert.Null(Value(answer, "Access-Control-Allow-Origin"));
        Assert.Null(Value(answer, "Vary"));
    }

    [Fact]
    public async Task The_form_of_the_Dapr_CLI_takes_free_ports_and_says_that_it_runs()
    {
        await using var sidecar = await SidecarUnderTest.StartBareAsync(
            _folder, "run", "-a", "me", "--app-protocol", "http", "--app-channel-address", "127.0.0.1", "--resources-path",
            _folder.Components, "--metrics-port", "0", "-H=0");
        Assert.Contains("dapr initialized. Status: Running.", sidecar.Log, StringComparison.Ordinal);
        Assert.NotEqual(3500, sidecar.Port);
        Assert.NotEqual(50001, sidecar.GrpcPort);
    }

    [Fact]
    public async Task Two_sidecars_that_claim_one_port_are_one_line_for_the_second()
    {
        await using var first = await SidecarUnderTest.StartAsync(_folder, "me");
        foreach (var flag in new[] { "--dapr-http-port", "--dapr-grpc-port", "--metrics-port", "--dapr-public-port" })
        {
            var others = new[] { "--dapr-http-port", "--dapr-grpc-port", "--metrics-port" }.Where(other => other != flag)
                .SelectMany(other => new[] { other, "0" });
            var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
                _folder, ["--app-id", "me", "--log-level", "error", flag, $"{first.Port}", .. others]);
            Assert.Equal((1, $"fatal: {flag} {first.Port}: the port is already in use"), (exitCode, output.Trim()));
        }
    }

    private static string? Value(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
