using System.Text.RegularExpressions;
using StandIns.Tests.Dapr;

namespace McpMesh.AuditSink.Tests;

/// <summary>The sink as a process behind a real sidecar, killed with SIGKILL.</summary>
public sealed partial class CrashTests : IAsyncLifetime
{
    private const int Events = 500;
    private const int EventsPerMessage = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("audit-crash-").FullName;
    private DeliveryRelay _relay = null!;
    private ServiceProcess _sink = null!;
    private EmbeddedSidecar _sidecar = null!;

    public async Task InitializeAsync()
    {
        try
        {
            _relay = await DeliveryRelay.StartAsync();
            await StartSinkAsync();
            _sidecar = await EmbeddedSidecar.StartAsync("audit", _relay.Port, _folder);
        }
        catch
        {
            // xunit disposes nothing whose beginning failed.
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_sidecar is not null) await _sidecar.DisposeAsync();
        if (_sink is not null) await _sink.DisposeAsync();
        if (_relay is not null) await _relay.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_after_the_commit_and_before_the_acknowledgement_it_doubles_nothing()
    {
        var killed = OnceAsync(() => _relay.BeforeAcknowledgement = () => Task.FromResult(false));
        _relay.BeforeAcknowledgement = killed.Hook;

        await AssertAllAreKeptOnceAsync(killed.Done);
    }

    [Fact]
    public async Task Killed_when_a_delivery_arrives_it_loses_nothing()
    {
        var killed = OnceAsync(() => _relay.BeforeDelivery = () => Task.FromResult(false));
        _relay.BeforeDelivery = killed.Hook;

        await AssertAllAreKeptOnceAsync(killed.Done);
    }

    private async Task AssertAllAreKeptOnceAsync(Task killed)
    {
        var events = Enumerable.Range(0, Events).Select(i => RunningSink.Event(second: i)).ToArray();
        using (var client = _sidecar.Client())
        {
            foreach (var batch in events.Chunk(EventsPerMessage))
                await client.PublishEventAsync("pubsub", "audit-events", new { events = batch });
        }
        await killed.WaitAsync(Patience);
        await _relay.AcknowledgedAsync(Events / EventsPerMessage).WaitAsync(Patience);

        Assert.Equal(events.Select(auditEvent => auditEvent.Id), await ReadAllAsync());
    }

    /// <summary>At the first delivery: kill the sink, start another, and let later deliveries pass.</summary>
    private (Func<Task<bool>> Hook, Task Done) OnceAsync(Action disarm)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<bool> HookAsync()
        {
            disarm();
            await _sink.KillAsync();
            await StartSinkAsync();
            done.SetResult();
            return true;
        }
        return (HookAsync, done.Task);
    }

    private async Task StartSinkAsync()
    {
        _sink = ServiceProcess.Start(
            "AuditSink",
            "McpMesh.AuditSink",
            new Dictionary<string, string>
            {
                ["MESH_DATA"] = _folder,
                ["APP_API_TOKEN"] = EmbeddedSidecar.AppToken,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information", // tells the port
            });
        _relay.Target = "http://127.0.0.1:" + await _sink.LineAsync(Listening);
    }

    private async Task<string[]> ReadAllAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_relay.Target) };
        return RunningSink.IdsOf(await http.GetStringAsync(new Uri("/events?limit=1000", UriKind.Relative)));
    }

    [GeneratedRegex("Now listening on: http://127.0.0.1:([0-9]+)")]
    private static partial Regex Listening { get; }
}
