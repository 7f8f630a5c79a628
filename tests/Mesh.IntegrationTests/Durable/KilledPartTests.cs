using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.Sqlite;
using McpMesh.Testing;
using Microsoft.Data.Sqlite;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>Whatever dies in the middle of a call that takes five seconds: one effect, and the agent that asks again gets its result.</summary>
public sealed class KilledPartTests(SlowMesh slow) : IClassFixture<SlowMesh>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("gateway")]
    [InlineData("gateway-dapr-cli")]
    [InlineData("adapter-incidents")]
    [InlineData("adapter-incidents-dapr-cli")]
    [InlineData("gateway", "gateway-dapr-cli", "adapter-incidents", "adapter-incidents-dapr-cli", "token-exchange", "token-exchange-dapr-cli",
        "audit", "audit-dapr-cli", "policy", "policy-dapr-cli")]
    public async Task A_call_outlives_what_is_killed_under_it(params string[] parts)
    {
        var title = $"killed-{Guid.NewGuid():N}";
        var call = CallAsync(title);
        await UntilDispatchedAsync(title);
        foreach (var pid in parts.SelectMany(Processes)) await MeshProcesses.KillAsync(pid);

        var incident = JsonNode.Parse(await ResultAsync(call) ?? await AskAgainAsync(title))!;
        Assert.Equal(title, (string?)incident["title"]);
        Assert.Equal((string?)incident["id"], Assert.Single(Effects(title)));
    }

    [Fact]
    public async Task Progress_reaches_the_agent_whichever_gateway_carries_its_call_out()
    {
        var told = new ConcurrentQueue<float>();
        var title = $"told-{Guid.NewGuid():N}";
        var result = await slow.Agent.Work.CallToolAsync("incidents.trigger", Arguments(title), new ToldProgress(told));
        Assert.NotEqual(true, result.IsError);
        // The client tells of several at once, so in no certain order.
        Assert.NotEmpty(told);
        Assert.Equal(told.Count, told.Distinct().Count());
    }

    private sealed class ToldProgress(ConcurrentQueue<float> told) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => told.Enqueue(value.Progress);
    }

    private IReadOnlyList<int> Processes(string part) => part.EndsWith("-dapr-cli", StringComparison.Ordinal)
        ? MeshProcesses.SidecarsOf(slow.Mesh, part[..^"-dapr-cli".Length])
        : MeshProcesses.Of(slow.Mesh, part);

    /// <summary>Null when the stream broke.</summary>
    private static async Task<string?> ResultAsync(Task<CallToolResult> call)
    {
        try
        {
            var result = await call;
            return result.IsError is true ? null : string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or McpException)
        {
            return null;
        }
    }

    /// <summary>As MCP 2026-07-28 tells clients to: the same request under another id, until somebody takes it.</summary>
    private async Task<string> AskAgainAsync(string title)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(100))
        {
            if (await ResultAsync(CallAsync(title)) is { } result) return result;
        }

        throw new TimeoutException("No gateway answered.");
    }

    // The mark is written before the call is sent; the effect comes five seconds later.
    private async Task UntilDispatchedAsync(string title)
    {
        using var audit = new AuditLog(slow.Mesh);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes(Arguments(title), McpJsonUtilities.DefaultOptions)));
        await audit.ReadAsync(TransactionOf(slow.Agent.AccessToken), records => records.Any(record =>
            record.GetProperty("metadata").GetProperty("log_provider").GetString() == "incidents"
            && record.GetRawText().Contains(digest, StringComparison.Ordinal)));
        Assert.Empty(Effects(title));
    }

    private Task<CallToolResult> CallAsync(string title) =>
        slow.Agent.Work.CallToolAsync("incidents.trigger", Arguments(title)).AsTask();

    private static Dictionary<string, object?> Arguments(string title) =>
        new() { ["title"] = title, ["severity"] = "low", ["service"] = "test" };

    /// <summary>Ids of the incidents of that title in the adapter's state.</summary>
    private List<string> Effects(string title)
    {
        SystemSqlite.Use();
        var ids = new List<string>();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(slow.Mesh.Data, "state.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT value FROM state WHERE key LIKE 'adapter-incidents||incident-%'";
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            var incident = JsonNode.Parse((byte[])rows[0])!;
            if ((string?)incident["title"] == title) ids.Add((string)incident["id"]!);
        }

        return ids;
    }

    private static string TransactionOf(string token)
    {
        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return claims.RootElement.GetProperty("txn").GetString()!;
    }
}
