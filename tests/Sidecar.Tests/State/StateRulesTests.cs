using System.Net;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.State;

/// <summary>Codes, texts and details as daprd has them, one rule a test.</summary>
public sealed class StateRulesTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();
    private SidecarUnderTest _sidecar = null!;

    public StateRulesTests() => SystemSqlite.Use();

    public async Task InitializeAsync() => _sidecar = await SidecarUnderTest.StartAsync(_folder, "orders");

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("statestore", "possible etag mismatch. error from state store")]
    [InlineData("memory", "possible etag mismatch. error from state store: state not exist or expired for key=orders||k")]
    public async Task An_etag_of_an_absent_item_is_a_conflict_in_the_stores_words(string store, string reason) => await AnswersAsync(
        HttpMethod.Post, $"/v1.0/state/{store}", """[{"key":"k","value":1,"etag":"1"}]""", 409,
        $$"""{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store {{store}}: {{reason}}"}""");

    [Fact]
    public async Task A_wrong_etag_in_memory_tells_both()
    {
        await SaveAsync("memory", """[{"key":"k","value":1}]""");
        var etag = await EtagAsync("memory", "k");
        await AnswersAsync(
            HttpMethod.Delete, "/v1.0/state/memory/k", null, 409,
            $$"""
            {"errorCode":"ERR_STATE_DELETE","message":"failed deleting state with key k: possible etag mismatch. error from state store: state etag not match for key=orders||k: current={{etag}}, expect=x"}
            """, ("If-Match", "x"));
    }

    [Theory]
    [InlineData("statestore", "possible etag mismatch. error from state store")]
    [InlineData("memory", "possible etag mismatch. error from state store: item already exists and no etag was passed")]
    public async Task A_first_write_of_a_present_item_is_a_conflict(string store, string reason)
    {
        await SaveAsync(store, """[{"key":"k","value":1}]""");
        await AnswersAsync(
            HttpMethod.Post, $"/v1.0/state/{store}", """[{"key":"k","value":2,"options":{"concurrency":"first-write"}}]""", 409,
            $$"""{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store {{store}}: {{reason}}"}""");
    }

    [Theory]
    [InlineData("statestore", HttpStatusCode.NoContent)]
    [InlineData("memory", HttpStatusCode.Conflict)]
    public async Task A_first_write_delete_without_etag_is_each_stores_own_matter(string store, HttpStatusCode expected)
    {
        await SaveAsync(store, """[{"key":"k","value":1}]""");
        using var answer = await _sidecar.Http.DeleteAsync($"/v1.0/state/{store}/k?concurrency=first-write");
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("statestore")]
    [InlineData("memory")]
    public async Task An_empty_etag_is_none(string store)
    {
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(store, """[{"key":"k","value":1,"etag":""}]"""));
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(store, """[{"key":"k","value":2,"etag":"","options":{}}]"""));
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1.0/state/{store}/k");
        request.Headers.TryAddWithoutValidation("If-Match", "");
        using var answer = await _sidecar.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"concurrency":"random"}""", "unrecognized concurrency model 'random'")]
    [InlineData("""{"consistency":"maybe"}""", "unrecognized consistency model 'maybe'")]
    public async Task An_unknown_option_is_the_failure_of_the_operation_and_saves_nothing(string options, string reason)
    {
        await AnswersAsync(
            HttpMethod.Post, "/v1.0/state/statestore",
            $$"""[{"key":"good","value":1},{"key":"k","value":1,"options":{{options}}}]""", 500,
            $$"""{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store statestore: {{reason}}"}""");
        await AnswersAsync(
            HttpMethod.Post, "/v1.0/state/statestore/transaction",
            $$$"""{"operations":[{"operation":"upsert","request":{"key":"k","value":1,"options":{{{options}}}}}]}""", 500,
            $$"""{"errorCode":"ERR_STATE_TRANSACTION","message":"error while executing state transaction: {{reason}}"}""");
        using var good = await _sidecar.Http.GetAsync("/v1.0/state/statestore/good");
        Assert.Equal(HttpStatusCode.NoContent, good.StatusCode);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("")]
    public async Task A_time_to_live_of_minus_one_zero_or_nothing_is_for_ever_and_takes_an_earlier_one_back(string ttl)
    {
        await SaveAsync("statestore", """[{"key":"k","value":1,"metadata":{"ttlInSeconds":"100"}}]""");
        using (var limited = await _sidecar.Http.GetAsync("/v1.0/state/statestore/k"))
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", limited.Headers.GetValues("metadata.ttlExpireTime").Single());
        await SaveAsync("statestore", $$$"""[{"key":"k","value":1,"metadata":{"ttlInSeconds":"{{{ttl}}}"}}]""");
        using var answer = await _sidecar.Http.GetAsync("/v1.0/state/statestore/k");
        Assert.False(answer.Headers.Contains("metadata.ttlExpireTime"));
    }

    [Fact]
    public async Task A_time_to_live_below_minus_one_is_the_failure_of_the_operation()
    {
        const string body = """[{"key":"k","value":1,"metadata":{"ttlInSeconds":"-2"}}]""";
        const string reason = "error parsing TTL: incorrect value for metadata 'ttlInSeconds': must be -1 or greater";
        await AnswersAsync(
            HttpMethod.Post, "/v1.0/state/statestore", body, 500,
            $$"""{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store statestore: {{reason}}"}""");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync("memory", body)); // Dapr's store in memory takes it for never
    }

    [Fact]
    public async Task Query_metadata_beats_the_items()
    {
        await SaveAsync("statestore", """[{"key":"k","value":1,"metadata":{"ttlInSeconds":"-1"}}]""", "?metadata.ttlInSeconds=100");
        using var answer = await _sidecar.Http.GetAsync("/v1.0/state/statestore/k");
        Assert.True(answer.Headers.Contains("metadata.ttlExpireTime"));
    }

    [Fact]
    public async Task An_illegal_key_names_itself_in_the_details() => await AnswersAsync(
        HttpMethod.Get, "/v1.0/state/statestore/a%7C%7Cb", null, 400,
        """
        {"errorCode":"ERR_MALFORMED_REQUEST","message":"input key/keyPrefix 'a||b' can't contain '||'","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","field_violations":[{"field":"a||b","description":"input key/keyPrefix 'a||b' can't contain '||'"}]},{"@type":"type.googleapis.com/google.rpc.ResourceInfo","resource_type":"state","resource_name":"statestore","owner":"","description":""},{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","reason":"DAPR_STATE_ILLEGAL_KEY","metadata":null}]}
        """);

    [Fact]
    public async Task A_store_that_is_not_there_names_the_app_in_the_details() => await AnswersAsync(
        HttpMethod.Get, "/v1.0/state/nope/k", null, 400,
        """
        {"errorCode":"ERR_STATE_STORE_NOT_FOUND","message":"state store nope is not found","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","reason":"DAPR_STATE_NOT_FOUND","metadata":{"appID":"orders"}}]}
        """);

    [Theory]
    [InlineData("", "[]")]
    [InlineData("", "null")]
    [InlineData("/transaction", """{"operations":[]}""")]
    [InlineData("/transaction", "{}")]
    public async Task Nothing_to_do_is_204(string path, string body)
    {
        using var answer = await _sidecar.Http.PostAsync($"/v1.0/state/statestore{path}", new StringContent(body));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_value_is_json_whatever_content_type_the_item_names()
    {
        await SaveAsync("statestore", """[{"key":"k","value":{"a":[1,"x"]},"contentType":"text/plain","metadata":{"contentType":"x/y"}}]""");
        Assert.Equal("""{"a":[1,"x"]}""", await _sidecar.Http.GetStringAsync("/v1.0/state/statestore/k?consistency=strong"));
    }

    [Theory]
    [InlineData("name", "shared", "orders", "billing", true)]
    [InlineData("none", "shared", "orders", "billing", true)]
    [InlineData("MyPrefix", "shared", "orders", "billing", true)]
    [InlineData("appid", "shared", "orders", "billing", false)]
    [InlineData("namespace", "shared", "orders", "billing", false)]
    public async Task A_key_prefix_decides_who_shares_keys(string prefix, string store, string first, string second, bool shared)
    {
        _folder.WriteComponent(
            store, "state.sqlite", ("connectionString", $"data source={_folder.File("shared.db")}"), ("keyPrefix", prefix));
        await using var one = await SidecarUnderTest.StartAsync(_folder, first);
        await using var other = await SidecarUnderTest.StartAsync(_folder, second);
        using var saved = await one.Http.PostAsync($"/v1.0/state/{store}", new StringContent("""[{"key":"k","value":1}]"""));
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        using var seen = await other.Http.GetAsync($"/v1.0/state/{store}/k");
        Assert.Equal(shared ? HttpStatusCode.OK : HttpStatusCode.NoContent, seen.StatusCode);
        using var database = SqliteSession.Open(SqliteLocation.Parse(_folder.File("shared.db")));
        var keys = database.Prepare("SELECT key FROM state");
        Assert.True(keys.Step());
        // A namespace strategy without NAMESPACE is that of the app id, and a literal is taken in lower case.
        Assert.Equal(
            prefix switch { "name" => "shared||k", "none" => "k", "MyPrefix" => "myprefix||k", _ => "orders||k" }, keys.Text(0));
    }

    [Fact]
    public async Task A_namespace_strategy_with_a_namespace_uses_it()
    {
        _folder.WriteComponent(
            "ns", "state.sqlite", ("connectionString", $"data source={_folder.File("ns.db")}"), ("keyPrefix", "namespace"));
        await using var one = await SidecarUnderTest.StartAsync(_folder, "orders", environment: ("NAMESPACE", "prod"));
        using var saved = await one.Http.PostAsync("/v1.0/state/ns", new StringContent("""[{"key":"k","value":1}]"""));
        using var database = SqliteSession.Open(SqliteLocation.Parse(_folder.File("ns.db")));
        var keys = database.Prepare("SELECT key FROM state");
        Assert.True(keys.Step());
        Assert.Equal("prod.orders||k", keys.Text(0));
    }

    [Theory]
    [InlineData("state.sqlite")]
    [InlineData("state.in-memory")]
    public async Task A_component_that_asks_for_an_outbox_is_refused(string type)
    {
        _folder.WriteComponent(
            "outbox", type, ("connectionString", $"data source={_folder.File("outbox.db")}"), ("outboxPublishPubsub", "pubsub"));
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            _folder, "--app-id", "a", "--dapr-http-port", "0", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains(
            $"outbox.yaml:6: component outbox ({type}): metadata 'outboxPublishPubsub': the outbox is not served", output,
            StringComparison.Ordinal);
    }

    private async Task AnswersAsync(
        HttpMethod method, string path, string? body, int status, string expected, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _sidecar.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(JsonSerializer.Serialize(JsonDocument.Parse(expected)), JsonSerializer.Serialize(JsonDocument.Parse(text)));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private async Task<HttpStatusCode> SaveAsync(string store, string body, string query = "")
    {
        using var answer = await _sidecar.Http.PostAsync($"/v1.0/state/{store}{query}", new StringContent(body));
        return answer.StatusCode;
    }

    private async Task<string> EtagAsync(string store, string key)
    {
        using var answer = await _sidecar.Http.GetAsync($"/v1.0/state/{store}/{key}");
        return answer.Headers.NonValidated["ETag"].ToString();
    }
}
