using System.Globalization;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.3 over HTTP. Every rule holds for a store in a file and for one in memory.</summary>
[Collection(nameof(FullSidecar))]
public sealed class StateTests(FullSidecar mesh)
{
    private const string Mismatch = "possible etag mismatch. error from state store…";

    public static TheoryData<string> Stores => ["statestore", "memory"];

    [Theory]
    [InlineData("POST", "true")]
    [InlineData("PUT", "\"text\"")]
    [InlineData("POST", "12.5")]
    [InlineData("PUT", """{"b":[1,null],"a":{"é":"ü"}}""")]
    public async Task A_value_is_any_JSON_and_comes_back_raw_with_an_ETag(string verb, string value)
    {
        foreach (var store in new[] { "statestore", "memory" })
        {
            (await mesh.Http.SendAsync($"{verb} /v1.0/state/{store}", $$"""[{"key":"any-json","value":{{value}}}]""")).IsNoContent();

            var answer = await mesh.Http.SendAsync($"GET /v1.0/state/{store}/any-json?consistency=strong");
            answer.IsJson(200, value);
            Assert.NotEqual("", answer.Headers["ETag"]);
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_missing_key_is_204(string store) => (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/missing")).IsNoContent();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task An_empty_list_saves_nothing_and_is_204(string store) =>
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", "[]")).IsNoContent();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Delete_is_204_also_for_a_missing_key(string store)
    {
        await SaveAsync(store, "to-delete");

        (await mesh.Http.SendAsync($"DELETE /v1.0/state/{store}/to-delete")).IsNoContent();
        (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/to-delete")).IsNoContent();
        (await mesh.Http.SendAsync($"DELETE /v1.0/state/{store}/to-delete")).IsNoContent();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Bulk_answers_data_and_a_missing_key_as_an_entry_with_only_its_key(string store)
    {
        var etag = await SaveAsync(store, "bulk-1", """{"n":1}""");

        foreach (var verb in new[] { "POST", "PUT" })
        {
            var answer = await mesh.Http.SendAsync(
                $"{verb} /v1.0/state/{store}/bulk", """{"keys":["bulk-1","bulk-missing"],"parallelism":10}""");

            var items = answer.Json.EnumerateArray().OrderBy(item => item.GetProperty("key").GetString(), StringComparer.Ordinal).ToArray();
            Assert.Equal(200, answer.Status);
            Assert.Equal($$"""{"key":"bulk-1","data":{"n":1},"etag":"{{etag}}"}""", items[0].GetRawText());
            Assert.Equal("""{"key":"bulk-missing"}""", items[1].GetRawText());
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_transaction_is_applied_as_a_whole_and_is_204(string store)
    {
        await SaveAsync(store, "tx-old");

        var answer = await mesh.Http.SendAsync($"POST /v1.0/state/{store}/transaction", """
            {"operations":[{"operation":"upsert","request":{"key":"tx-new","value":2}},{"operation":"delete","request":{"key":"tx-old"}}]}
            """);

        answer.IsNoContent();
        (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/tx-new")).IsJson(200, "2");
        (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/tx-old")).IsNoContent();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_transaction_without_operations_is_204(string store) =>
        (await mesh.Http.SendAsync($"PUT /v1.0/state/{store}/transaction", """{"operations":[]}""")).IsNoContent();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Every_failure_of_a_transaction_is_500_also_that_of_an_ETag(string store)
    {
        await SaveAsync(store, "tx-etag");

        var answer = await mesh.Http.SendAsync($"POST /v1.0/state/{store}/transaction", """
            {"operations":[{"operation":"upsert","request":{"key":"tx-undone","value":1}},
              {"operation":"upsert","request":{"key":"tx-etag","value":2,"etag":"99999999"}}]}
            """);

        answer.IsError(500, "ERR_STATE_TRANSACTION", "error while executing state transaction: …");
        (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/tx-undone")).IsNoContent();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_matching_ETag_writes_and_an_outdated_one_is_409(string store)
    {
        var etag = await SaveAsync(store, "etag");
        var guarded = $$"""[{"key":"etag","value":2,"etag":"{{etag}}"}]""";

        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", guarded)).IsNoContent();
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", guarded))
            .IsError(409, "ERR_STATE_SAVE", $"failed saving state in state store {store}: {Mismatch}");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Delete_takes_the_ETag_from_If_Match(string store)
    {
        var etag = await SaveAsync(store, "if-match");

        (await mesh.Http.SendAsync($"DELETE /v1.0/state/{store}/if-match", headers: ("If-Match", "99999999")))
            .IsError(409, "ERR_STATE_DELETE", $"failed deleting state with key if-match: {Mismatch}");
        (await mesh.Http.SendAsync($"DELETE /v1.0/state/{store}/if-match", headers: ("If-Match", etag))).IsNoContent();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task First_write_without_an_ETag_fails_if_the_item_exists(string store)
    {
        const string first = """[{"key":"first-write","value":1,"options":{"concurrency":"first-write","consistency":"strong"}}]""";

        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", first)).IsNoContent();
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", first))
            .IsError(409, "ERR_STATE_SAVE", $"failed saving state in state store {store}: {Mismatch}");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Last_write_without_an_ETag_overwrites(string store)
    {
        await SaveAsync(store, "last-write", "1");
        await SaveAsync(store, "last-write", "2");

        (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/last-write")).IsJson(200, "2");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_time_to_live_is_told_as_an_RFC_3339_time_in_UTC(string store)
    {
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", """[{"key":"ttl","value":1,"metadata":{"ttlInSeconds":"600"}}]"""))
            .IsNoContent();

        var told = (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/ttl")).Headers["metadata.ttlExpireTime"];
        Assert.EndsWith("Z", told, StringComparison.Ordinal);
        Assert.InRange(Until(told), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(610));
        var bulk = (await mesh.Http.SendAsync($"POST /v1.0/state/{store}/bulk", """{"keys":["ttl"]}""")).Json[0];
        Assert.Equal(told, bulk.GetProperty("metadata").GetProperty("ttlExpireTime").GetString());
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Metadata_of_the_query_overrides_that_of_the_item(string store)
    {
        const string item = """[{"key":"ttl-query","value":1,"metadata":{"ttlInSeconds":"600"}}]""";
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}?metadata.ttlInSeconds=6000", item)).IsNoContent();

        var told = (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/ttl-query")).Headers["metadata.ttlExpireTime"];
        Assert.InRange(Until(told), TimeSpan.FromSeconds(5000), TimeSpan.FromSeconds(6010));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_time_to_live_of_minus_one_is_never(string store)
    {
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", """[{"key":"ttl-never","value":1,"metadata":{"ttlInSeconds":"-1"}}]"""))
            .IsNoContent();

        Assert.False((await mesh.Http.SendAsync($"GET /v1.0/state/{store}/ttl-never")).Headers.ContainsKey("metadata.ttlExpireTime"));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task An_expired_item_is_missing(string store)
    {
        await mesh.Http.SendAsync($"POST /v1.0/state/{store}", """[{"key":"ttl-over","value":1,"metadata":{"ttlInSeconds":"1"}}]""");

        await Eventually.IsSoAsync(async () => (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/ttl-over")).Status == 204);
    }

    [Fact]
    public async Task The_stored_key_is_the_app_id_and_the_key_unless_keyPrefix_says_otherwise()
    {
        await SaveAsync("statestore", "prefixed", "7");

        (await mesh.Http.SendAsync("GET /v1.0/state/byliteral/prefixed")).IsJson(200, "7");
        (await mesh.Http.SendAsync("GET /v1.0/state/byname/prefixed")).IsNoContent();
    }

    [Theory]
    [InlineData("GET /v1.0/state/nowhere/k", null)]
    [InlineData("POST /v1.0/state/nowhere", "[]")]
    [InlineData("DELETE /v1.0/state/nowhere/k", null)]
    [InlineData("POST /v1.0/state/nowhere/bulk", """{"keys":["k"]}""")]
    [InlineData("POST /v1.0/state/nowhere/transaction", """{"operations":[]}""")]
    public async Task An_unknown_store_is_400(string target, string? body)
    {
        var answer = await mesh.Http.SendAsync(target, body);

        answer.IsError(400, "ERR_STATE_STORE_NOT_FOUND", "state store nowhere is not found");
        var info = Assert.Single(answer.Json.GetProperty("details").EnumerateArray());
        Assert.Equal("DAPR_STATE_NOT_FOUND", info.GetProperty("reason").GetString());
        Assert.Equal(SidecarFixture.AppId, info.GetProperty("metadata").GetProperty("appID").GetString());
    }

    [Theory]
    [InlineData("POST /v1.0/state/memory", """[{"key":"a||b","value":1}]""")]
    [InlineData("GET /v1.0/state/memory/a%7C%7Cb", null)]
    [InlineData("DELETE /v1.0/state/memory/a%7C%7Cb", null)]
    public async Task A_key_with_the_separator_is_400_with_a_field_violation(string target, string? body)
    {
        var answer = await mesh.Http.SendAsync(target, body);

        answer.IsError(400, "ERR_MALFORMED_REQUEST", "input key/keyPrefix 'a||b' can't contain '||'");
        var details = answer.Json.GetProperty("details").EnumerateArray().ToDictionary(detail => detail.GetProperty("@type").GetString()!);
        Assert.Equal("DAPR_STATE_ILLEGAL_KEY", details["type.googleapis.com/google.rpc.ErrorInfo"].GetProperty("reason").GetString());
        var resource = details["type.googleapis.com/google.rpc.ResourceInfo"];
        Assert.Equal(("state", "memory"), (resource.GetProperty("resource_type").GetString(), resource.GetProperty("resource_name").GetString()));
        Assert.Single(details["type.googleapis.com/google.rpc.BadRequest"].GetProperty("field_violations").EnumerateArray());
    }

    [Theory]
    [InlineData("POST /v1.0/state/memory", "{", "failed deserializing HTTP body: …")]
    [InlineData("POST /v1.0/state/memory/bulk", "{", "failed deserializing HTTP body: …")]
    [InlineData("POST /v1.0/state/memory/transaction", "{", "failed deserializing HTTP body: …")]
    [InlineData("POST /v1.0/state/memory", """[{"value":1}]""", "\"key\" is a required field")]
    public async Task A_malformed_body_is_400(string target, string body, string message) =>
        (await mesh.Http.SendAsync(target, body)).IsError(400, "ERR_MALFORMED_REQUEST", message);

    [Fact]
    public async Task An_unknown_operation_of_a_transaction_is_400() => (await mesh.Http.SendAsync(
        "POST /v1.0/state/memory/transaction", """{"operations":[{"operation":"increment","request":{"key":"k"}}]}"""))
        .IsError(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", "operation type increment not supported");

    [Fact]
    public async Task A_store_that_cannot_be_queried_is_500() => (await mesh.Http.SendAsync(
        "POST /v1.0-alpha1/state/statestore/query", """{"filter":{}}"""))
        .IsError(500, "ERR_STATE_STORE_NOT_SUPPORTED", "state store does not support querying");

    private async Task<string> SaveAsync(string store, string key, string value = "1")
    {
        (await mesh.Http.SendAsync($"POST /v1.0/state/{store}", $$"""[{"key":"{{key}}","value":{{value}}}]""")).IsNoContent();
        return (await mesh.Http.SendAsync($"GET /v1.0/state/{store}/{key}")).Headers["ETag"];
    }

    private static TimeSpan Until(string time) =>
        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - DateTimeOffset.UtcNow;
}
