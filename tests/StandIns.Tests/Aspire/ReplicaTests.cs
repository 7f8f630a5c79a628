using Aspire.Hosting;
using StandIns.Tests.Aspire.Probe;

namespace StandIns.Tests.Aspire;

public sealed class ReplicaTests : ApplicationTest
{
    [Fact]
    public async Task Replicas_share_one_endpoint_in_turn()
    {
        await StartAsync(model => model.AddProbe("service").WithReplicas(2));
        var processes = await AllHealthyAsync("service", 2);

        var answered = new List<int>();
        for (var request = 0; request < 4; request++) answered.Add(await AskAsync<int>("service", "/pid"));

        Assert.Equal(processes.Order(), answered.Distinct().Order());
        Assert.NotEqual(answered[0], answered[1]);
    }

    [Fact]
    public async Task A_dead_replica_costs_no_request_and_comes_back()
    {
        await StartAsync(model => model.AddProbe("service").WithReplicas(2));
        var processes = await AllHealthyAsync("service", 2);

        Kill(processes[0]);
        await UntilAsync(() => Task.FromResult(!IsRunning(processes[0])));
        for (var request = 0; request < 4; request++) Assert.NotEqual(processes[0], await AskAsync<int>("service", "/pid"));

        // Not the health of before: that a process is dead is seen a moment after its death.
        var later = await AllHealthyAsync("service", 2, without: processes[0]);
        Assert.Contains(processes[1], later);
    }
}
