using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.IntegrationTests.BadInput;
using McpMesh.Sqlite;
using McpMesh.Testing;
using Microsoft.Data.Sqlite;

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

        var answer = await AnswerAsync(call) ?? await AskAgainAsync(title);
        var incident = JsonNode.Parse(answer.Text!)!;
        Assert.Equal(title, (string?)incident["title"]);
        Assert.Equal((string?)incident["id"], Assert.Single(Effects(title)));
    }

    private IReadOnlyList<int> Processes(string part) => part.EndsWith("-dapr-cli", StringComparison.Ordinal)
        ? MeshProcesses.SidecarsOf(slow.Mesh, part[..^"-dapr-cli".Length])
        : MeshProcesses.Of(slow.Mesh, part);

    /// <summary>Null when the stream broke.</summary>
    private static async Task<McpAnswer?> AnswerAsync(Task<McpAnswer> call)
    {
        try
        {
            return await call is { Status: < 500, Text: not null } answer ? answer : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>As a client of MCP 2026-07-28 does: the same request anew, until somebody takes it.</summary>
    private async Task<McpAnswer> AskAgainAsync(string title)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(100))
        {
            if (await AnswerAsync(CallAsync(title)) is { } answer) return answer;
        }

        throw new TimeoutException("No gateway answered.");
    }

    // The mark is written before the call is sent; the effect comes five seconds later.
    private async Task UntilDispatchedAsync(string title)
    {
        using var audit = new AuditLog(slow.Mesh);
        var digest = "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Arguments(title)));
        await audit.ReadAsync(TransactionOf(slow.Token), records => records.Any(record =>
            record.GetProperty("metadata").GetProperty("log_provider").GetString() == "incidents"
            && record.GetRawText().Contains(digest, StringComparison.Ordinal)));
        Assert.Empty(Effects(title));
    }

    private async Task<McpAnswer> CallAsync(string title)
    {
        using var agent = new McpCaller(new Uri(slow.Mesh.Gateway, "/mcp"));
        return await agent.PostAsync(
            slow.Token, McpCaller.ToolCall("incidents.trigger", System.Text.Encoding.UTF8.GetString(Arguments(title))), "tools/call",
            "incidents.trigger");
    }

    private static byte[] Arguments(string title) => JsonSerializer.SerializeToUtf8Bytes(new { title, severity = "low", service = "test" });

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
