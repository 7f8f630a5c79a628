using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using McpMesh.Samples.Agent;
using Spectre.Console;

namespace McpMesh.Bench.Gateway;

/// <summary>Everything the gateway benchmark talks to: the echo server, the forwarder, and a whole mesh of which one gateway is measured.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly string _data = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
    private DistributedApplication? _mesh;

    /// <summary>What to measure.</summary>
    public IReadOnlyList<Treatment> Treatments { get; private set; } = [];

    public static async Task<TestBed> StartAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        var bed = new TestBed();
        try
        {
            await console.Status().StartAsync("Starting the echo server, the forwarder and the mesh", _ => bed.StartAsync(cancellationToken));
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.StopAsync();
            await _mesh.DisposeAsync();
        }

        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_data, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var echo = await StartSelfAsync(port => ["echo", "--port", port], cancellationToken);
        var echoUrl = $"http://{echo}/mcp";
        var forwarder = await StartSelfAsync(port => ["forwarder", "--port", port, "--target", echoUrl], cancellationToken);

        // The mesh's own files, with the echo server as one more server; this process's environment reaches the mesh's services.
        Environment.SetEnvironmentVariable("BENCH_ECHO_URL", echoUrl);
        var files = Path.Combine(AppContext.BaseDirectory, "Gateway");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Program>(
            ["--data", _data, "--config", Path.Combine(files, "mesh.yaml"), "--idp-config", Path.Combine(files, "idp.yaml")], cancellationToken);
        _mesh = await builder.BuildAsync(cancellationToken);
        await _mesh.StartAsync(cancellationToken);
        await _mesh.ResourceNotifications.WaitForResourceHealthyAsync("gateway", cancellationToken);
        await _mesh.ResourceNotifications.WaitForResourceHealthyAsync("adapter-analytics", cancellationToken);

        using var browser = new FormBrowser("bench", "bench-password");
        await using var session = await AgentSession.SignInAsync(
            new AgentOptions { Gateway = new Uri(_mesh.GetEndpoint("gateway", "http"), "/mcp") }, browser, cancellationToken);
        var gateway = OneGateway();
        Treatments =
        [
            new(Treatment.Direct, echo, Request(echo, "say", null)),
            new(Treatment.Forwarder, forwarder, Request(forwarder, "say", null)),
            new(Treatment.Gateway, gateway, Request(gateway, "echo.say", session.AccessToken)),
        ];
    }

    /// <summary>The address of one gateway process itself: the AppHost's balancer runs in this process and must not be measured.</summary>
    private IPEndPoint OneGateway()
    {
        using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_data, "endpoints.json")));
        var url = run.RootElement.GetProperty("resources").EnumerateArray()
            .Where(r => r.GetProperty("name").GetString()!.StartsWith("gateway", StringComparison.Ordinal))
            .Select(r => new Uri(r.GetProperty("url").GetString()!))
            .First();
        return new IPEndPoint(IPAddress.Loopback, url.Port);
    }

    private async Task<IPEndPoint> StartSelfAsync(Func<string, string[]> arguments, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(TestBed).Assembly.Location, .. arguments(port.ToString(CultureInfo.InvariantCulture))]))!;
        _processes.Add(process);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (!process.HasExited)
        {
            try
            {
                using var response = await http.GetAsync("/health", cancellationToken);
                if (response.IsSuccessStatusCode) return new IPEndPoint(IPAddress.Loopback, port);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw new InvalidOperationException($"bench {arguments("…")[0]} ended with {process.ExitCode}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static byte[] Request(IPEndPoint target, string tool, string? token)
    {
        var body = $$$$$"""
            {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"{{{{{tool}}}}}","arguments":{"text":"hello mesh"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
            """;
        var authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        return Encoding.UTF8.GetBytes(
            $"POST /mcp HTTP/1.1\r\nHost: {target}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            + $"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n{authorization}"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }
}
