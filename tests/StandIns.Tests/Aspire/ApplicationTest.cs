using System.Diagnostics;
using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StandIns.Tests.Aspire;

/// <summary>A test that runs an application of real processes.</summary>
public abstract class ApplicationTest : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    /// <summary>Ends a test that hangs.</summary>
    protected CancellationToken Limit => _limit.Token;

    protected DistributedApplication App { get; private set; } = null!;

    private IDistributedApplicationTestingBuilder Builder { get; set; } = null!;

    public async Task InitializeAsync() => Builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>(Limit);

    async Task IAsyncLifetime.DisposeAsync()
    {
        await Builder.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task StartAsync(Action<IDistributedApplicationBuilder> model)
    {
        model(Builder);
        App = await Builder.BuildAsync(Limit);
        await App.StartAsync(Limit);
    }

    protected Task<ResourceEvent> HealthyAsync(string resource) => App.ResourceNotifications.WaitForResourceHealthyAsync(resource, Limit);

    /// <summary>Waits until every one of the replicas is healthy; gives their process ids. <paramref name="without"/> is dead and does not count.</summary>
    protected async Task<int[]> AllHealthyAsync(string resource, int count, int? without = null)
    {
        var processes = new Dictionary<string, int>();
        await foreach (var change in App.ResourceNotifications.WatchAsync(Limit))
        {
            if (change.Resource.Name != resource) continue;
            if (change.Snapshot.HealthStatus == HealthStatus.Healthy && ProcessId(change) != without) processes[change.ResourceId] = ProcessId(change);
            else processes.Remove(change.ResourceId);
            if (processes.Count == count) break;
        }

        return [.. processes.Values];
    }

    /// <summary>One request over a connection of its own.</summary>
    protected async Task<T> AskAsync<T>(string resource, string path)
    {
        using var client = App.CreateHttpClient(resource);
        return (await client.GetFromJsonAsync<T>(path, Limit))!;
    }

    /// <summary>Waits for what no event tells: the end of a process that is not ours, or its first answer.</summary>
    protected async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition()) await timer.WaitForNextTickAsync(Limit);
    }

    protected static int ProcessId(ResourceEvent change) =>
        (int)change.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!;

    protected static bool IsRunning(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    protected static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }
}
