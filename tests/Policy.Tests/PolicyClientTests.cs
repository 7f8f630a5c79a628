using System.Text;

namespace McpMesh.Policy.Tests;

public sealed class PolicyClientTests
{
    private static readonly byte[] s_first = PolicyDocumentJson.Serialize(ShopPolicy.Document);
    private static readonly byte[] s_second = PolicyDocumentJson.Serialize(
        ShopPolicy.Document with { Groups = ShopPolicy.Map(("engineering", ["sre"])) });

    [Fact]
    public async Task Refresh_TakesOverEachVersionAndAsksOnlyForNewerOnes()
    {
        await using var decisionPoint = new DecisionPoint { Body = s_first };
        using var client = await decisionPoint.StartClientAsync();
        Assert.Null(client.Current);

        await client.RefreshAsync(default);
        var first = client.Current;
        Assert.Equal(PolicyDocumentJson.DigestOf(s_first), first!.Digest);

        await client.RefreshAsync(default);
        Assert.Same(first, client.Current);
        Assert.Equal(1, decisionPoint.NotModified);

        decisionPoint.Body = s_second;
        await client.RefreshAsync(default);
        Assert.Equal(PolicyDocumentJson.DigestOf(s_second), client.Current!.Digest);
    }

    public static TheoryData<string?, string?> Failures => new()
    {
        { null, null },
        { "{}x", null },
        { """{"roles":{"a":["*"]}}""", null },
        { """{"rules":[null]}""", null },
        { """{"rules":[],"roles":{}}""", null },
        { Encoding.UTF8.GetString(s_second), "sha256:of-something-else" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Refresh_AnythingButAGoodVersionArrives_KeepsThePresentOne(string? body, string? digest)
    {
        await using var decisionPoint = new DecisionPoint { Body = s_first };
        using var client = await decisionPoint.StartClientAsync();
        await client.RefreshAsync(default);
        var present = client.Current;

        decisionPoint.Body = body is null ? null : Encoding.UTF8.GetBytes(body);
        decisionPoint.Digest = digest;
        await client.RefreshAsync(default);
        Assert.Same(present, client.Current);

        decisionPoint.Body = s_second;
        decisionPoint.Digest = null;
        await client.RefreshAsync(default);
        Assert.NotSame(present, client.Current);
    }

    [Fact]
    public async Task Refresh_ManyWhileOneIsUnderWay_ShareOneMorePullThatSeesTheNewVersion()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var decisionPoint = new DecisionPoint { Body = s_first };
        using var client = await decisionPoint.StartClientAsync();
        await client.RefreshAsync(default);

        decisionPoint.Gate = gate.Task;
        var refreshes = Enumerable.Range(0, 50).Select(_ => client.RefreshAsync(default)).ToList();
        decisionPoint.Body = s_second;
        gate.SetResult();
        await Task.WhenAll(refreshes);

        Assert.InRange(decisionPoint.Requests, 2, 3);
        Assert.Equal(PolicyDocumentJson.DigestOf(s_second), client.Current!.Digest);
    }

    [Fact]
    public async Task Refresh_CallerGivesUp_TheOthersStillGetTheVersion()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var decisionPoint = new DecisionPoint { Body = s_first, Gate = gate.Task };
        using var client = await decisionPoint.StartClientAsync();
        using var patience = new CancellationTokenSource();

        var impatient = client.RefreshAsync(patience.Token);
        var patient = client.RefreshAsync(default);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();
        await patient;

        Assert.NotNull(client.Current);
    }

    [Fact]
    public async Task HostedService_PullsAtStartUntilAVersionArrives()
    {
        await using var decisionPoint = new DecisionPoint();
        using var client = await decisionPoint.StartClientAsync();
        await client.StartAsync(default);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (decisionPoint.Requests < 2)
            await Task.Delay(10, patience.Token);

        decisionPoint.Body = s_first;
        while (client.Current is null)
            await Task.Delay(10, patience.Token);

        await client.StopAsync(default);
        Assert.Equal(PolicyDocumentJson.DigestOf(s_first), client.Current.Digest);
    }
}
