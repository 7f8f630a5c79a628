using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.State;

public sealed class StateApiTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();
    private SidecarUnderTest _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await SidecarUnderTest.StartAsync(_folder, "orders");

    public async Task DisposeAsync()
    {
        await _sidecar.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("statestore")]
    [InlineData("memory")]
    public async Task A_value_comes_back_with_its_etag_and_a_missing_one_is_204(string store)
    {
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(store, """[{"key":"a b/c","value":{"n":1.50}}]"""));
        using var answer = await GetAsync(store, "a%20b%2Fc");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"n":1.50}""", await answer.Content.ReadAsStringAsync());
        Assert.NotEmpty(EtagOf(answer));
        using var missing = await GetAsync(store, "nothing");
        Assert.Equal(HttpStatusCode.NoContent, missing.StatusCode);
    }

    [Theory]
    [InlineData("statestore")]
    [InlineData("memory")]
    public async Task An_outdated_etag_is_409_and_changes_nothing(string store)
    {
        await SaveAsync(store, """[{"key":"k","value":1}]""");
        using var first = await GetAsync(store, "k");
        var etag = EtagOf(first);
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(store, $$"""[{"key":"k","value":2,"etag":"{{etag}}"}]"""));
        Assert.Equal(
            HttpStatusCode.Conflict, await SaveAsync(store, $$"""[{"key":"other","value":9},{"key":"k","value":3,"etag":"{{etag}}"}]"""));
        using var now = await GetAsync(store, "k");
        Assert.Equal("2", await now.Content.ReadAsStringAsync());
        using var other = await GetAsync(store, "other");
        Assert.Equal(HttpStatusCode.NoContent, other.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(store, "k", etag));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(store, "k", EtagOf(now)));
    }

    [Theory]
    [InlineData("statestore")]
    [InlineData("memory")]
    public async Task A_first_write_without_etag_wins_only_once(string store)
    {
        const string body = """[{"key":"once","value":1,"options":{"concurrency":"first-write"}}]""";
        var codes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SaveAsync(store, body)));
        Assert.Single(codes, HttpStatusCode.NoContent);
        Assert.Equal(9, codes.Count(code => code == HttpStatusCode.Conflict));
    }

    [Theory]
    [InlineData("statestore")]
    [InlineData("memory")]
    public async Task A_value_with_a_time_to_live_says_when_it_ends_and_is_gone_then(string store)
    {
        await SaveAsync(store, """[{"key":"t","value":1,"metadata":{"ttlInSeconds":"1"}}]""");
        using (var before = await GetAsync(store, "t"))
        {
            Assert.True(DateTimeOffset.Parse(
                before.Headers.GetValues("metadata.ttlExpireTime").Single(), null) > DateTimeOffset.UtcNow.AddSeconds(-1));
        }
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var gone = false;
        for (var i = 0; i < 50 && !gone; i++)
        {
            await timer.WaitForNextTickAsync();
            using var answer = await GetAsync(store, "t");
            gone = answer.StatusCode == HttpStatusCode.NoContent;
        }

        Assert.True(gone);
    }

    [Fact]
    public async Task Bulk_answers_each_key_with_data_or_only_its_name()
    {
        await SaveAsync("statestore", """[{"key":"a","value":"x"},{"key":"b","value":[1]}]""");
        using var answer = await _sidecar.Http.PostAsJsonAsync("/v1.0/state/statestore/bulk", new { keys = new[] { "a", "zz", "b" } });
        var items = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("x", items[0].GetProperty("data").GetString());
        Assert.Equal("""{"key":"zz"}""", items[1].GetRawText());
        Assert.Equal("[1]", items[2].GetProperty("data").GetRawText());
        Assert.NotEmpty(items[2].GetProperty("etag").GetString()!);
    }

    [Theory]
    [InlineData("statestore")]
    [InlineData("memory")]
    public async Task A_transaction_does_all_or_nothing_and_its_etag_failure_is_500(string store)
    {
        await SaveAsync(store, """[{"key":"x","value":1}]""");
        using var failed = await _sidecar.Http.PostAsync($"/v1.0/state/{store}/transaction", new StringContent(
            """
            {"operations":[{"operation":"upsert","request":{"key":"y","value":2}},
                           {"operation":"delete","request":{"key":"x","etag":"wrong"}}]}
            """));
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("ERR_STATE_TRANSACTION", await ErrorCodeAsync(failed));
        using (var y = await GetAsync(store, "y")) Assert.Equal(HttpStatusCode.NoContent, y.StatusCode);
        using var done = await _sidecar.Http.PostAsync($"/v1.0/state/{store}/transaction", new StringContent(
            """{"operations":[{"operation":"upsert","request":{"key":"y","value":2}},{"operation":"delete","request":{"key":"x"}}]}"""));
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        using (var x = await GetAsync(store, "x")) Assert.Equal(HttpStatusCode.NoContent, x.StatusCode);
        using (var y = await GetAsync(store, "y")) Assert.Equal("2", await y.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Another_app_id_does_not_see_the_keys()
    {
        await SaveAsync("statestore", """[{"key":"mine","value":1}]""");
        await using var other = await SidecarUnderTest.StartAsync(_folder, "billing");
        using var answer = await other.Http.GetAsync("/v1.0/state/statestore/mine");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Every_acknowledged_write_survives_kill_9()
    {
        var acknowledged = new List<int>();
        var writers = Enumerable.Range(0, 200).Select(async i =>
        {
            try
            {
                if (await SaveAsync("statestore", $$"""[{"key":"k{{i}}","value":{{i}}}]""") == HttpStatusCode.NoContent)
                    lock (acknowledged) acknowledged.Add(i);
            }
            catch (HttpRequestException)
            {
                // Not acknowledged: the kill came first.
            }
        }).ToArray();
        await Task.WhenAny(writers);
        await _sidecar.KillAsync();
        await Task.WhenAll(writers);
        Assert.NotEmpty(acknowledged);
        await using var again = await SidecarUnderTest.StartAsync(_folder, "orders");
        foreach (var i in acknowledged) Assert.Equal($"{i}", await again.Http.GetStringAsync($"/v1.0/state/statestore/k{i}"));
    }

    [Theory]
    [InlineData("POST", "/v1.0/state/nope", "[]", 400, "ERR_STATE_STORE_NOT_FOUND")]
    [InlineData("POST", "/v1.0/state/statestore", "{", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("POST", "/v1.0/state/statestore", "{}", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("POST", "/v1.0/state/statestore", """[{"value":1}]""", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("POST", "/v1.0/state/statestore", """[{"key":"a||b","value":1}]""", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("POST", "/v1.0/state/statestore", """[{"key":"a","value":1,"metadata":{"ttlInSeconds":"soon"}}]""", 500, "ERR_STATE_SAVE")]
    [InlineData("POST", "/v1.0/state/statestore/transaction", """{"operations":5}""", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("POST", "/v1.0/state/statestore/bulk", """{"keys":5}""", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("POST", "/v1.0/state/statestore/transaction", """{"operations":[{"operation":"burn","request":{"key":"a"}}]}""", 400,
        "ERR_NOT_SUPPORTED_STATE_OPERATION")]
    [InlineData("POST", "/v1.0-alpha1/state/statestore/query", "{}", 500, "ERR_STATE_STORE_NOT_SUPPORTED")]
    public async Task Bad_input_is_one_error_of_the_right_code(string method, string path, string body, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body) };
        using var answer = await _sidecar.Http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, await ErrorCodeAsync(answer));
    }

    private static string EtagOf(HttpResponseMessage answer) => answer.Headers.NonValidated["ETag"].ToString();

    private static async Task<string?> ErrorCodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errorCode").GetString();

    private Task<HttpResponseMessage> GetAsync(string store, string key) => _sidecar.Http.GetAsync($"/v1.0/state/{store}/{key}");

    private async Task<HttpStatusCode> SaveAsync(string store, string body)
    {
        using var answer = await _sidecar.Http.PostAsync($"/v1.0/state/{store}", new StringContent(body));
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> DeleteAsync(string store, string key, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1.0/state/{store}/{key}");
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        using var answer = await _sidecar.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
