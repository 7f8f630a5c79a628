using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.Storage;

/// <summary>
/// Real faults under a real sidecar: each is an error in Dapr's shape, loses nothing that was acknowledged, and passes with its cause.
/// </summary>
public sealed class StorageFaultTests : IDisposable
{
    private const string Locked = "the database was locked by another process for 10 s";
    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();

    public StorageFaultTests() => SystemSqlite.Use();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_another_process_has_locked_fails_writes_only_and_until_it_is_free()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "orders");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "before", "1"));
        using (var other = SqliteSession.Open(SqliteLocation.Parse(_folder.File("state.db"))))
        {
            other.Execute("BEGIN IMMEDIATE");
            var writes = Enumerable.Range(0, 3).Select(i => PostAsync(sidecar, "/v1.0/state/statestore", Item($"k{i}", "1"))).ToArray();
            var transaction = PostAsync(
                sidecar, "/v1.0/state/statestore/transaction", """{"operations":[{"operation":"delete","request":{"key":"before"}}]}""");
            Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/statestore/before"));
            foreach (var write in writes)
                Assert.Equal((500, "ERR_STATE_SAVE", $"failed saving state in state store statestore: {Locked}"), await write);
            Assert.Equal((500, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {Locked}"), await transaction);
            other.Execute("ROLLBACK");
        }

        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "after", "1"));
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/statestore/before"));
        using var never = await sidecar.Http.GetAsync("/v1.0/state/statestore/k0");
        Assert.Equal(HttpStatusCode.NoContent, never.StatusCode);
    }

    [Fact]
    public async Task A_locked_broker_refuses_publications_and_its_consumers_go_on_when_it_is_free()
    {
        await using (var before = await SidecarUnderTest.StartAsync(_folder, "audit"))
            Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(before, "1"));
        await using var app = await TestApp.StartAsync(_events.HandleAsync, """[{"pubsubname":"pubsub","topic":"t","route":"e"}]""");
        using var other = SqliteSession.Open(SqliteLocation.Parse(_folder.File("pubsub.db")));
        other.Execute("BEGIN IMMEDIATE");
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.Equal(
            (500, "ERR_PUBSUB_PUBLISH_MESSAGE", $"error when publishing to topic t in pubsub pubsub: {Locked}"),
            await PostAsync(sidecar, "/v1.0/publish/pubsub/t", "2"));
        await sidecar.WaitForLogAsync($"messages of t cannot be taken, it is tried again: {Locked}", limit.Token);
        Assert.Empty(_events.All);
        other.Execute("ROLLBACK");
        Assert.Equal(1, (await _events.NextAsync()).GetProperty("data").GetInt32());
        await sidecar.WaitForLogAsync("messages of t are taken again", limit.Token);
        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(sidecar, "3"));
        Assert.Equal(3, (await _events.NextAsync()).GetProperty("data").GetInt32());
    }

    [Theory]
    [InlineData("state.db", "statestore.yaml:6: component statestore (state.sqlite): cannot open ")]
    [InlineData("pubsub.db", "pubsub.yaml:6: component pubsub (pubsub.sqlite): cannot open ")]
    [InlineData("names.db", "fatal: name resolution: cannot open ")]
    public async Task A_file_that_is_no_database_stops_the_start_with_one_line(string file, string expected)
    {
        File.WriteAllBytes(_folder.File(file), Encoding.ASCII.GetBytes(new string('x', 8192)));
        var output = await StartFailsAsync();
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains($"{_folder.File(file)}: file is not a database", output, StringComparison.Ordinal);
        Assert.Equal(8192, new FileInfo(_folder.File(file)).Length); // nobody wrote over it
    }

    [Fact]
    public async Task A_file_that_is_locked_at_the_start_stops_it_with_one_line()
    {
        using var other = SqliteSession.Open(SqliteLocation.Parse(_folder.File("state.db")));
        other.Execute("PRAGMA locking_mode=EXCLUSIVE");
        other.Execute("CREATE TABLE mine (x)");
        var output = await StartFailsAsync();
        Assert.True(output.Contains(
            $"component statestore (state.sqlite): cannot open {_folder.File("state.db")}: the database is locked by another process",
            StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task A_path_that_cannot_be_a_file_stops_the_start_with_one_line()
    {
        _folder.Write("file", "");
        _folder.WriteComponent("statestore", "state.sqlite", ("connectionString", $"data source={_folder.File("file/state.db")}"));
        Assert.Contains(
            $"component statestore (state.sqlite): cannot open {_folder.File("file/state.db")}: ", await StartFailsAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_inside_a_file_fails_what_it_touches_and_is_over_when_the_file_is_restored()
    {
        var value = new string('v', 3000);
        await using (var writer = await SidecarUnderTest.StartAsync(_folder, "orders"))
        {
            for (var i = 0; i < 50; i++) Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(writer, $"k{i}", $"\"{value}\""));
            Assert.Equal(0, await writer.TerminateAsync());
        }

        var good = File.ReadAllBytes(_folder.File("state.db"));
        var bad = good.ToArray();
        bad.AsSpan(8192).Fill(0xff); // all but the schema
        File.WriteAllBytes(_folder.File("state.db"), bad);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "orders");
        const string reason = "database disk image is malformed";
        Assert.Equal(
            (500, "ERR_STATE_GET", $"fail to get k7 from state store statestore: {reason}"),
            await ErrorOfAsync(await sidecar.Http.GetAsync("/v1.0/state/statestore/k7")));
        Assert.Equal(
            (500, "ERR_STATE_SAVE", $"failed saving state in state store statestore: {reason}"),
            await PostAsync(sidecar, "/v1.0/state/statestore", Item("new", "1")));
        using (var memory = await sidecar.Http.PostAsync("/v1.0/state/memory", new StringContent(Item("k", "1"))))
            Assert.Equal(HttpStatusCode.NoContent, memory.StatusCode);
        using (var file = new FileStream(_folder.File("state.db"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.Write(good);
        for (var i = 0; i < 50; i++) Assert.Equal($"\"{value}\"", await sidecar.Http.GetStringAsync($"/v1.0/state/statestore/k{i}"));
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "new", "1"));
    }

    [Fact]
    public async Task A_full_state_store_refuses_keeps_what_it_acknowledged_and_takes_more_when_there_is_room()
    {
        LimitPages("statestore", "state.sqlite", "state.db", 60);
        var value = $"\"{new string('v', 3000)}\"";
        var kept = new List<string>();
        await using (var sidecar = await SidecarUnderTest.StartAsync(_folder, "orders"))
        {
            HttpStatusCode status;
            while ((status = await SaveAsync(sidecar, $"k{kept.Count}", value)) == HttpStatusCode.NoContent) kept.Add($"k{kept.Count}");
            Assert.Equal(HttpStatusCode.InternalServerError, status);
            Assert.Equal(
                (500, "ERR_STATE_SAVE", "failed saving state in state store statestore: database or disk is full"),
                await PostAsync(sidecar, "/v1.0/state/statestore", Item("more", value)));
            Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, kept[0], "1")); // smaller than before: there is room for it
            using (var deleted = await sidecar.Http.DeleteAsync($"/v1.0/state/statestore/{kept[1]}"))
                Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "more", value));
            await sidecar.KillAsync();
        }

        await using var again = await SidecarUnderTest.StartAsync(_folder, "orders");
        foreach (var key in kept.Skip(2).Append("more"))
            Assert.Equal(value, await again.Http.GetStringAsync($"/v1.0/state/statestore/{key}"));
    }

    [Fact]
    public async Task A_full_broker_refuses_and_every_event_that_it_acknowledged_is_delivered_when_there_is_room()
    {
        LimitPages("pubsub", "pubsub.sqlite", "pubsub.db", 40);
        var accepted = 0;
        await using (var publisher = await SidecarUnderTest.StartAsync(_folder, "gateway"))
        {
            var filler = new string('v', 8000);
            while (await PublishAsync(publisher, $$"""{"n":{{accepted}},"filler":"{{filler}}"}""") == HttpStatusCode.NoContent) accepted++;
            Assert.Equal(
                (500, "ERR_PUBSUB_PUBLISH_MESSAGE", "error when publishing to topic t in pubsub pubsub: database or disk is full"),
                await PostAsync(publisher, "/v1.0/publish/pubsub/t", $"\"{filler}\""));
            await publisher.KillAsync();
        }

        Assert.InRange(accepted, 2, 1000);
        LimitPages("pubsub", "pubsub.sqlite", "pubsub.db", 4000);
        await using var app = await TestApp.StartAsync(_events.HandleAsync, """[{"pubsubname":"pubsub","topic":"t","route":"e"}]""");
        await using var subscriber = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        for (var i = 0; i < accepted; i++) await _events.NextAsync();
        Assert.Equal(
            Enumerable.Range(0, accepted), _events.All.Select(one => one.GetProperty("data").GetProperty("n").GetInt32()).Order());
    }

    [Fact]
    public async Task A_disk_that_takes_no_more_is_an_error_and_the_sidecar_goes_on_when_it_does_again()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "orders");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "small", "1"));
        var large = $"\"{new string('v', 200_000)}\"";
        // No file of the process may grow above this: the log of SQLite does not take the value.
        await LimitFileSizeAsync(sidecar, "100000");
        var (status, code, message) = await PostAsync(sidecar, "/v1.0/state/statestore", Item("large", large));
        Assert.Equal((500, "ERR_STATE_SAVE"), (status, code));
        Assert.StartsWith("failed saving state in state store statestore: ", message, StringComparison.Ordinal);
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/statestore/small"));
        await LimitFileSizeAsync(sidecar, "unlimited");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "large", large));
        await sidecar.KillAsync();
        await using var again = await SidecarUnderTest.StartAsync(_folder, "orders");
        Assert.Equal(large, await again.Http.GetStringAsync("/v1.0/state/statestore/large"));
        Assert.Equal("1", await again.Http.GetStringAsync("/v1.0/state/statestore/small"));
    }

    private static string Item(string key, string value) => $$"""[{"key":"{{key}}","value":{{value}}}]""";

    private static async Task LimitFileSizeAsync(SidecarUnderTest sidecar, string bytes)
    {
        using var limit = Process.Start("prlimit", ["--pid", $"{sidecar.ProcessId}", $"--fsize={bytes}:unlimited"]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }

    private static async Task<HttpStatusCode> SaveAsync(SidecarUnderTest sidecar, string key, string value)
    {
        using var answer = await sidecar.Http.PostAsync("/v1.0/state/statestore", new StringContent(Item(key, value)));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PublishAsync(SidecarUnderTest sidecar, string data)
    {
        using var answer = await sidecar.Http.PostAsync(
            "/v1.0/publish/pubsub/t", new StringContent(data, Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }

    private static async Task<(int Status, string Code, string Message)> PostAsync(SidecarUnderTest sidecar, string path, string body) =>
        await ErrorOfAsync(await sidecar.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json")));

    private static async Task<(int Status, string Code, string Message)> ErrorOfAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return ((int)answer.StatusCode, error.GetProperty("errorCode").GetString()!, error.GetProperty("message").GetString()!);
        }
    }

    private void LimitPages(string name, string type, string file, int pages) => _folder.WriteComponent(
        name, type, ("connectionString", $"file:{_folder.File(file)}?_pragma=max_page_count({pages})"));

    private async Task<string> StartFailsAsync()
    {
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            _folder, "--app-id", "a", "--dapr-http-port", "0", "--resources-path", _folder.Components);
        Assert.True(exitCode == 1, output);
        Assert.Single(output.Split('\n'), line => line.StartsWith("fatal: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        return output;
    }
}
