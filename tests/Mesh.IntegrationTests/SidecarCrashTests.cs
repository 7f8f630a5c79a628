using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using McpMesh.Samples.Agent;
using McpMesh.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModelContextProtocol;

namespace McpMesh.IntegrationTests;

/// <summary>What a sidecar acknowledged is on disk: kill -9 costs calls at worst, records never.</summary>
public sealed class SidecarCrashTests : IAsyncLifetime
{
    private const int Agents = 3;
    private const int CallsAfterTheReturn = 5;

    private RunningMesh _mesh = null!;

    public async Task InitializeAsync() => _mesh = await RunningMesh.StartAsync();

    public async Task DisposeAsync() => await _mesh.DisposeAsync();

    [Fact]
    public async Task Every_call_that_succeeded_while_sidecars_were_killed_has_its_intent_and_its_outcome_once()
    {
        var firstCalls = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var agents = Enumerable.Range(0, Agents).Select(agent => WorkAsync(agent, firstCalls, back.Task)).ToArray();
        await Task.WhenAny(firstCalls.Task, Task.WhenAll(agents)).Unwrap();
        await KillAndAwaitReturnAsync("audit-dapr-cli", "audit-dapr-cli");
        await KillAndAwaitReturnAsync("gateway-dapr-cli", "gateway-dapr-cli-1");
        back.SetResult();

        using var audit = new AuditLog(_mesh);
        foreach (var (transaction, succeeded) in await Task.WhenAll(agents))
        {
            Assert.True(succeeded.Count >= CallsAfterTheReturn);
            var records = await audit.ReadAsync(
                transaction, all => succeeded.TrueForAll(digest => Count(all, digest, "outcome", hop: 1) > 0));
            Assert.All(succeeded, digest =>
            {
                Assert.Equal(1, Count(records, digest, "intent", hop: 1));
                Assert.Equal(1, Count(records, digest, "outcome", hop: 1));
            });
        }
    }

    /// <summary>
    /// Calls one after the other until the sidecars are back and calls succeed again; returns the argument digests of all that did.
    /// </summary>
    private async Task<(string Transaction, List<string> Succeeded)> WorkAsync(int agent, TaskCompletionSource firstCalls, Task back)
    {
        await using var session = await _mesh.SignInAsync("dana", "dana-dev-password");
        var succeeded = new List<string>();
        var afterReturn = 0;
        for (var call = 0; afterReturn < CallsAfterTheReturn; call++)
        {
            // No two calls have the same arguments, so their digest names the call.
            var arguments = new Dictionary<string, object?>
            {
                ["sql"] = string.Create(CultureInfo.InvariantCulture, $"select 'agent {agent} call {call}' as marker"),
            };
            var isBack = back.IsCompleted;
            if (!await TryCallAsync(session, arguments))
            {
                Assert.False(isBack, "A call failed although all sidecars are back.");
                continue;
            }

            var bytes = JsonSerializer.SerializeToUtf8Bytes(arguments, McpJsonUtilities.DefaultOptions);
            succeeded.Add("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
            if (isBack) afterReturn++;
            firstCalls.TrySetResult();
        }

        return (TransactionOf(session.AccessToken), succeeded);
    }

    private static async Task<bool> TryCallAsync(AgentSession session, Dictionary<string, object?> arguments)
    {
        try
        {
            return (await session.Work.CallToolAsync("analytics.query", arguments)).IsError is not true;
        }
        catch (Exception error) when (error is McpException or HttpRequestException)
        {
            return false;
        }
    }

    private async Task KillAndAwaitReturnAsync(string resource, string instance)
    {
        var killed = MeshProcesses.Instance(_mesh, instance);
        await MeshProcesses.KillAsync(killed);
        await _mesh.App.ResourceNotifications.WaitForResourceAsync(resource, e => e.ResourceId == instance
            && e.Snapshot.HealthStatus == HealthStatus.Healthy && ProcessOf(e) is { } process && process != killed);
    }

    private static int? ProcessOf(ResourceEvent e) =>
        e.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } pid
            ? Convert.ToInt32(pid, CultureInfo.InvariantCulture)
            : null;

    private static string TransactionOf(string accessToken)
    {
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(accessToken.Split('.')[1]));
        return claims.RootElement.GetProperty("txn").GetString()!;
    }

    private static int Count(IReadOnlyList<JsonElement> records, string digest, string kind, int hop) => records.Count(record =>
    {
        var ours = record.GetProperty("unmapped").GetProperty("mcpmesh");
        return ours.GetProperty("kind").GetString() == kind && ours.GetProperty("hop").GetInt32() == hop
            && ours.TryGetProperty("args_digest", out var given) && given.GetString() == digest;
    });
}
