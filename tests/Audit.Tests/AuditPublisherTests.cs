using Dapr.Client;
using McpMesh.Audit.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpMesh.Audit.Tests;

public sealed class AuditPublisherTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CapturedLog _log = CapturedLog.Create();
    private PublishSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await PublishSidecar.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task A_record_is_durable_when_the_call_returns()
    {
        await using var host = await StartAsync();
        var auditEvent = AuditEventGenerator.Sample();

        await host.Publisher.RecordAsync(auditEvent, CancellationToken.None);

        Assert.Equal([auditEvent.Id], _sidecar.Ids);
    }

    [Fact]
    public async Task Records_that_arrive_while_publishes_are_in_flight_share_the_next_ones()
    {
        await using var host = await StartAsync(options => options.MaxConcurrentPublishes = 2);
        _sidecar.Close();
        var first = Record(host, 1);
        await _sidecar.Arrival.WaitAsync(Patience);
        var rest = Enumerable.Range(0, 1_000).Select(_ => Record(host, 1)).ToArray();

        _sidecar.Release();
        await Task.WhenAll([first, .. rest]).WaitAsync(Patience);

        Assert.Equal(1_001, _sidecar.Ids.Distinct().Count());
        Assert.Equal(1_001, _sidecar.Ids.Count());
        // One publish for the first record, at most one partly filled one beside it, and full messages of at most 192 KiB for the rest.
        Assert.InRange(_sidecar.Publishes.Count, 5, 16);
        Assert.InRange(_sidecar.LargestMessage, 150_000, 192 * 1024);
    }

    [Fact]
    public async Task Relaxed_records_ride_in_the_batches_of_the_others()
    {
        await using var host = await StartAsync(options => options.MaxConcurrentPublishes = 1);
        _sidecar.Close();
        var first = Record(host, 1);
        await _sidecar.Arrival.WaitAsync(Patience);
        var second = Record(host, 1);
        Assert.True(host.Publisher.TryEnqueue(AuditEventGenerator.Sample(AuditEventKind.Outcome)));

        _sidecar.Release();
        await Task.WhenAll(first, second).WaitAsync(Patience);

        Assert.Equal([1, 2], _sidecar.Publishes.Select(batch => batch.Length));
    }

    [Fact]
    public async Task A_dead_sidecar_refuses_every_waiting_caller()
    {
        await using var host = await StartAsync();
        await _sidecar.DisposeAsync();

        var records = Enumerable.Range(0, 20).Select(_ => Record(host, 1)).ToArray();

        foreach (var record in records) await Assert.ThrowsAsync<AuditUnavailableException>(() => record.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_broker_that_is_down_refuses_and_recovery_needs_nothing_more()
    {
        await using var host = await StartAsync();
        _sidecar.BrokerDown = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => Record(host, 1));

        _sidecar.BrokerDown = false;

        await Record(host, 1).WaitAsync(Patience);
    }

    [Fact]
    public async Task The_largest_record_that_a_caller_can_cause_is_published_alone_and_fits()
    {
        await using var host = await StartAsync();
        var hostile = AuditEventGenerator.Largest();

        await host.Publisher.RecordAsync(hostile, CancellationToken.None).AsTask().WaitAsync(Patience);

        Assert.Equal([hostile.Id], _sidecar.Ids);
        Assert.InRange(_sidecar.LargestMessage, 64 * 1024, 192 * 1024);
    }

    [Fact]
    public async Task A_silent_sidecar_refuses_after_the_timeout_also_those_still_in_the_queue()
    {
        await using var host = await StartAsync(options =>
        {
            options.Timeout = TimeSpan.FromSeconds(2);
            options.MaxConcurrentPublishes = 1;
        });
        _sidecar.Close();
        var first = Record(host, 1);
        await _sidecar.Arrival.WaitAsync(Patience);
        var queued = Record(host, 1);

        await Assert.ThrowsAsync<AuditUnavailableException>(() => first.WaitAsync(Patience));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => queued.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        await using var host = await StartAsync(options =>
        {
            (options.MaxQueuedBytes, options.MaxConcurrentPublishes, options.MaxRelaxedBytes) = (2_000, 1, 2_000);
        });
        _sidecar.Close();
        var inFlight = Record(host, 1);
        await _sidecar.Arrival.WaitAsync(Patience);
        var waiting = Record(host, 2);

        await Assert.ThrowsAsync<AuditUnavailableException>(() => Record(host, 1));
        Assert.False(host.Publisher.TryEnqueue(AuditEventGenerator.Sample()));

        _sidecar.Release();
        await Task.WhenAll(inFlight, waiting).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_take_the_others_along()
    {
        await using var host = await StartAsync();
        using var leaving = new CancellationTokenSource();
        _sidecar.Close();
        var left = host.Publisher.RecordAsync(AuditEventGenerator.Sample(), leaving.Token).AsTask();
        var stayed = Record(host, 1);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.WaitAsync(Patience));
        _sidecar.Release();

        await stayed.WaitAsync(Patience);
    }

    [Fact]
    public async Task Relaxed_records_survive_an_outage()
    {
        await using var host = await StartAsync(options => options.FirstRetryDelay = TimeSpan.FromMilliseconds(5));
        _sidecar.BrokerDown = true;
        var outcomes = Enumerable.Range(0, 10).Select(_ => AuditEventGenerator.Sample(AuditEventKind.Outcome)).ToArray();
        foreach (var outcome in outcomes) Assert.True(host.Publisher.TryEnqueue(outcome));
        await _log.Logged(LogLevel.Error).WaitAsync(Patience);

        _sidecar.BrokerDown = false;
        await host.StopAsync();

        Assert.Equal(outcomes.Select(outcome => outcome.Id).Order(), _sidecar.Ids.Distinct().Order());
    }

    [Fact]
    public async Task A_try_that_fails_while_the_host_stops_is_not_the_last()
    {
        await using var host = await StartAsync(options => options.FirstRetryDelay = TimeSpan.FromMilliseconds(5));
        _sidecar.BrokerDown = true;
        Assert.True(host.Publisher.TryEnqueue(AuditEventGenerator.Sample(AuditEventKind.Outcome)));
        await _log.Logged(LogLevel.Error).WaitAsync(Patience);
        _sidecar.ExpectArrival();
        _sidecar.Close();
        await _sidecar.Arrival.WaitAsync(Patience);
        _sidecar.BrokerDown = false;

        var stopping = host.StopAsync();
        _sidecar.Release();
        await stopping.WaitAsync(Patience);

        Assert.Single(_sidecar.Ids);
    }

    [Fact]
    public async Task Stopping_publishes_what_was_accepted()
    {
        await using var host = await StartAsync(options => options.MaxConcurrentPublishes = 1);
        _sidecar.Close();
        for (var i = 0; i < 600; i++) Assert.True(host.Publisher.TryEnqueue(AuditEventGenerator.Sample()));
        var stopping = host.StopAsync();

        _sidecar.Release();
        await stopping.WaitAsync(Patience);

        Assert.Equal(600, _sidecar.Ids.Distinct().Count());
        Assert.False(host.Publisher.TryEnqueue(AuditEventGenerator.Sample()));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => Record(host, 1));
    }

    [Fact]
    public async Task A_loss_at_shutdown_is_reported()
    {
        await using var host = await StartAsync();
        _sidecar.BrokerDown = true;
        Assert.True(host.Publisher.TryEnqueue(AuditEventGenerator.Sample()));

        await host.StopAsync().WaitAsync(Patience);

        Assert.Contains("1 relaxed audit records are lost", await _log.Logged(LogLevel.Critical), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_that_could_publish_nothing_are_refused_at_start()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAuditPublisher(options => options.MaxMessageBytes = 0);
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<AuditPublisherOptions>>().Value);

        Assert.Contains("MaxMessageBytes", error.Message, StringComparison.Ordinal);
    }

    private static Task Record(RunningPublisher host, int count) => Task.WhenAll(Enumerable.Range(0, count)
        .Select(_ => host.Publisher.RecordAsync(AuditEventGenerator.Sample(), CancellationToken.None).AsTask()));

    private async Task<RunningPublisher> StartAsync(Action<AuditPublisherOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(new DaprClientBuilder().UseHttpEndpoint(_sidecar.Url).Build());
        builder.Services.AddAuditPublisher(configure);
        var host = builder.Build();
        await host.StartAsync();
        return new RunningPublisher(host);
    }
}
