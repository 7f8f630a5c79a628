using System.Diagnostics;
using System.Net;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using McpMesh.Samples.Agent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Spectre.Console;

namespace McpMesh.Bench.Gateway;

/// <summary>
/// Everything the gateway benchmark talks to: a whole mesh, and in its application model the echo server and the forwarder.
/// </summary>
internal sealed class TestBed : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
    private DistributedApplication? _mesh;

    /// <summary>What to measure.</summary>
    public IReadOnlyList<Treatment> Treatments { get; private set; } = [];

    /// <summary>A call through the gateway of a tool that reads, and of one that does and is therefore durable.</summary>
    public (Treatment Reading, Treatment Doing) Pair { get; private set; }

    /// <summary>A runbook of ten steps, each a durable call.</summary>
    public Treatment Runbook { get; private set; } = null!;

    /// <summary>What all of it uses of the processors.</summary>
    public ProcessorTimes Processors { get; private set; } = new([]);

    /// <exception cref="InvalidOperationException">A process of the mesh cannot start.</exception>
    public static async Task<TestBed> StartAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        var bed = new TestBed();
        try
        {
            var watch = Stopwatch.StartNew();
            await console.Status()
                .StartAsync("Starting the mesh, the echo server and the forwarder", _ => bed.StartAsync(cancellationToken));
            console.MarkupLineInterpolated($"[grey]up after {watch.Elapsed.TotalSeconds:0.0} s[/]");
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
        Processors.Dispose();
        if (_mesh is not null)
        {
            await _mesh.StopAsync();
            await _mesh.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var files = Path.Combine(AppContext.BaseDirectory, "Gateway");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Program>(
            ["--data", _data, "--config", Path.Combine(files, "mesh.yaml"), "--idp-config", Path.Combine(files, "idp.yaml")],
            cancellationToken);
        builder.AddBenchmarkServers();
        // What the mesh says while it starts is progress: standard output is the report's.
        builder.Services.AddSingleton(Console.Error);
        _mesh = await builder.BuildAsync(cancellationToken);
        await _mesh.StartAsync(cancellationToken);
        var gateway = await WhenReadyAsync(_mesh, cancellationToken);

        using var browser = new FormBrowser("bench", "bench-password");
        await using var session = await AgentSession.SignInAsync(
            new AgentOptions { Gateway = new Uri(_mesh.GetEndpoint("gateway", "http"), "/mcp") }, browser, cancellationToken);
        var (echo, forwarder) =
            (AddressOf(_mesh.GetEndpoint(BenchmarkServers.Echo)), AddressOf(_mesh.GetEndpoint(BenchmarkServers.Forwarder)));
        Treatments =
        [
            new(Treatment.Direct, echo, Request(echo, "say", null)),
            new(Treatment.Forwarder, forwarder, Request(forwarder, "say", null)),
            new(Treatment.Gateway, gateway, Request(gateway, "echo.say", session.AccessToken)),
            new(Treatment.Sidecars, gateway, Request(gateway, "app.say", session.AccessToken)),
        ];
        Pair = (Treatments[2], new("durable", gateway, Request(gateway, "echo.do", session.AccessToken)));
        Runbook = new("runbook", gateway, Request(gateway, "runbooks.ten", session.AccessToken));
    }

    /// <summary>
    /// Ends when every process of the model is healthy or has done its work, so that no start-up falls into a measurement. Gives the
    /// address of one gateway process: the balancer before both runs in this process, and would be measured too.
    /// </summary>
    private async Task<IPEndPoint> WhenReadyAsync(DistributedApplication mesh, CancellationToken cancellationToken)
    {
        var expected = mesh.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .Where(resource => resource is ProjectResource or ExecutableResource)
            .Sum(resource => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1);
        var ready = new HashSet<string>();
        var processes = new Dictionary<string, (string Name, int Id)>();
        Uri? gateway = null;
        await foreach (var change in mesh.ResourceNotifications.WatchAsync(cancellationToken))
        {
            var snapshot = change.Snapshot;
            if (snapshot.State?.Text == KnownResourceStates.FailedToStart)
                throw new InvalidOperationException($"{change.ResourceId} failed to start.");
            if (snapshot.HealthStatus != HealthStatus.Healthy && snapshot.State?.Text != KnownResourceStates.Finished) continue;
            ready.Add(change.ResourceId);
            if (snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is int id)
                processes[change.ResourceId] = (change.Resource.Name, id);
            else processes.Remove(change.ResourceId); // it has done its work
            if (change.Resource.Name == "gateway") gateway = new Uri(snapshot.Urls.Single(url => url.Name == "http").Url);
            if (ready.Count < expected) continue;
            Processors = new ProcessorTimes(processes.Values);
            return AddressOf(gateway!);
        }

        throw new InvalidOperationException("The mesh stopped while it started.");
    }

    private static IPEndPoint AddressOf(Uri url) => new(IPAddress.Loopback, url.Port);

    private static byte[] Request(IPEndPoint target, string tool, string? token)
    {
        var body = $$$$$"""
            {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"{{{{{tool}}}}}","arguments":{"text":"hello mesh"},
             "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
            """;
        var authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        return Encoding.UTF8.GetBytes(
            $"POST /mcp HTTP/1.1\r\nHost: {target}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            + $"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n{authorization}"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }
}
