using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Adapters.Tests.Sql;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace McpMesh.Sidecar.Tests.ConfigurationStores;

/// <summary>The configuration API on <c>configuration.postgresql</c> and a real PostgreSQL.</summary>
public sealed class ConfigurationApiTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IAsyncLifetime, IDisposable
{
    private const string Trigger = """
        CREATE OR REPLACE FUNCTION notify_{0}() RETURNS TRIGGER AS $$
        DECLARE data json; notification json;
        BEGIN
          IF (TG_OP = 'DELETE') THEN data = row_to_json(OLD); ELSE data = row_to_json(NEW); END IF;
          notification = json_build_object('table', TG_TABLE_NAME, 'action', TG_OP, 'data', data);
          PERFORM pg_notify('{0}', notification::text);
          RETURN NULL;
        END; $$ LANGUAGE plpgsql;
        CREATE TRIGGER config AFTER INSERT OR UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE PROCEDURE notify_{0}();
        """;

    private static readonly GrpcMethod<SubscribeConfigurationRequest, SubscribeConfigurationResponse> Subscribe = new(
        "dapr.proto.runtime.v1.Dapr", "SubscribeConfiguration", SubscribeConfigurationRequest.Parser,
        SubscribeConfigurationResponse.Parser);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestFolder _folder = new();
    private readonly string _table = "config_" + Guid.NewGuid().ToString("n");
    private readonly Channel<(string Path, JsonElement Body)> _updates = Channel.CreateUnbounded<(string, JsonElement)>();
    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await ExecuteAsync(
            $"CREATE TABLE {_table} (key VARCHAR NOT NULL, value VARCHAR NOT NULL, version VARCHAR NOT NULL, metadata JSON)");
        await ExecuteAsync(Trigger.Replace("{0}", _table, StringComparison.Ordinal));
        await SetAsync("a", "1", "1", """{"owner":"me"}""");
        await SetAsync("b", "2", "1");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("v1.0")]
    [InlineData("v1.0-alpha1")]
    public async Task Items_come_by_key_or_all_and_the_highest_version_of_a_key_counts(string version)
    {
        await SetAsync("a", "newer", "10");
        await SetAsync("a", "older", "9");
        await using var sidecar = await StartAsync();
        Assert.Equal(
            """{"a":{"value":"newer","version":"10"}}""", await sidecar.Http.GetStringAsync($"/{version}/configuration/config?key=a"));
        Assert.Equal(
            """{"a":{"value":"newer","version":"10"},"b":{"value":"2","version":"1"}}""",
            await sidecar.Http.GetStringAsync($"/{version}/configuration/config"));
        Assert.Equal(
            """{"b":{"value":"2","version":"1"}}""",
            await sidecar.Http.GetStringAsync($"/{version}/configuration/config?key=b&key=unknown&metadata.x=y"));
        using var none = await sidecar.Http.GetAsync($"/{version}/configuration/config?key=unknown");
        Assert.Equal(HttpStatusCode.NoContent, none.StatusCode);
    }

    [Fact]
    public async Task An_item_carries_its_metadata()
    {
        await using var sidecar = await StartAsync();
        Assert.Equal(
            """{"a":{"value":"1","version":"1","metadata":{"owner":"me"}}}""",
            await sidecar.Http.GetStringAsync("/v1.0/configuration/config?key=a"));
    }

    [Fact]
    public async Task A_subscriber_is_posted_the_changes_of_its_keys_until_it_unsubscribes()
    {
        await using var app = await TestApp.StartAsync(TakeAsync);
        await using var sidecar = await StartAsync(app);
        var id = await SubscribeAsync(sidecar, "?key=a");
        await SetAsync("b", "3", "2");
        await SetAsync("a", "4", "2", """{"owner":"you"}""");
        var (path, body) = await NextAsync();
        Assert.Equal("/configuration/config/a", path); // b was not asked for
        Assert.Equal(
            """{"a":{"value":"4","version":"2","metadata":{"owner":"you"}}}""", body.GetProperty("items").GetRawText());
        Assert.Equal(id, body.GetProperty("id").GetString());

        Assert.Equal("""{"ok":true}""", await sidecar.Http.GetStringAsync($"/v1.0/configuration/config/{id}/unsubscribe"));
        var second = await SubscribeAsync(sidecar, "");
        await SetAsync("c", "5", "1");
        (path, body) = await NextAsync();
        Assert.Equal(("/configuration/config/c", second), (path, body.GetProperty("id").GetString()));
        Assert.False(_updates.Reader.TryRead(out _)); // the first is told nothing any more
    }

    [Fact]
    public async Task Changes_behind_a_broken_connection_are_told_when_it_stands_again()
    {
        await using var app = await TestApp.StartAsync(TakeAsync);
        await using var sidecar = await StartAsync(app);
        await SubscribeAsync(sidecar, "?key=a");
        await ExecuteAsync($"""
            ALTER TABLE {_table} DISABLE TRIGGER config;
            UPDATE {_table} SET value='missed', version='2' WHERE key='a';
            ALTER TABLE {_table} ENABLE TRIGGER config;
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid<>pg_backend_pid() AND query LIKE '%"{_table}"%'
            """);
        Assert.Equal("missed", ValueOf(await NextAsync(), "a"));
        await SetAsync("a", "later", "3");
        Assert.Equal("later", ValueOf(await NextAsync(), "a"));
        Assert.Contains($"the connection that listens to {_table} broke", sidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_fails_is_tried_again_under_its_policy_and_without_one_the_next_update_comes()
    {
        _folder.WriteResource("resiliency", """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: configuration }
            spec:
              policies: { retries: { twice: { policy: constant, duration: 10ms, maxRetries: 2 } } }
              targets: { components: { config: { inbound: { retry: twice } } } }
            """);
        var times = 0;
        await using var app = await TestApp.StartAsync(async context =>
        {
            context.Response.StatusCode = ++times <= 3 ? 500 : 200;
            await TakeAsync(context);
        });
        await using var sidecar = await StartAsync(app);
        await SubscribeAsync(sidecar, "?key=a");
        await SetAsync("a", "refused", "2");
        for (var i = 0; i < 3; i++) Assert.Equal("refused", ValueOf(await NextAsync(), "a"));
        await SetAsync("a", "taken", "3");
        Assert.Equal("taken", ValueOf(await NextAsync(), "a"));
        Assert.Contains("error sending configuration item a of config to the app", sidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscriptions_end_with_the_component_they_were_made_on_and_the_next_ones_are_on_its_successor()
    {
        await using var app = await TestApp.StartAsync(TakeAsync);
        await using var sidecar = await StartAsync(app);
        await using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{sidecar.GrpcPort}"));
        using var limit = new CancellationTokenSource(Patience);
        await using var first = Stream(channel, limit.Token);
        Assert.True(await first.MoveNextAsync());
        var posted = await SubscribeAsync(sidecar, "?key=a");

        WriteComponent(_table, timeout: "21s");
        await sidecar.WaitForLogAsync("Component loaded: config", times: 2);
        var ended = await Assert.ThrowsAsync<GrpcException>(() => first.MoveNextAsync().AsTask());
        Assert.Equal(
            (GrpcStatusCode.Unavailable, "configuration store config was replaced or removed; subscribe again"),
            (ended.Code, ended.Detail));
        await sidecar.WaitForLogAsync($"subscription {posted} has ended with its component");

        await using var second = Stream(channel, limit.Token);
        Assert.True(await second.MoveNextAsync());
        var again = await SubscribeAsync(sidecar, "?key=a");
        await SetAsync("a", "new", "2");
        Assert.True(await second.MoveNextAsync());
        Assert.Equal("new", second.Current.Items["a"].Value);
        Assert.Equal(again, (await NextAsync()).Body.GetProperty("id").GetString());
        Assert.False(_updates.Reader.TryRead(out _)); // the subscription to the component of before tells nothing

        File.Delete(Path.Combine(_folder.Components, "config.yaml"));
        ended = await Assert.ThrowsAsync<GrpcException>(() => second.MoveNextAsync().AsTask());
        Assert.Equal(GrpcStatusCode.Unavailable, ended.Code);
        await using var third = Stream(channel, limit.Token);
        ended = await Assert.ThrowsAsync<GrpcException>(() => third.MoveNextAsync().AsTask());
        Assert.Equal("configuration stores not configured", ended.Detail);
    }

    [Fact]
    public async Task Errors_have_the_codes_and_texts_of_dapr()
    {
        await using (var without = await SidecarUnderTest.StartAsync(_folder, "a"))
        {
            await AnswersAsync(
                without, "/v1.0/configuration/config?key=a", 500,
                """{"errorCode":"ERR_CONFIGURATION_STORE_NOT_CONFIGURED","message":"configuration stores not configured"}""");
        }

        await using var sidecar = await StartAsync(notifyChannel: false);
        await AnswersAsync(
            sidecar, "/v1.0/configuration/nope", 400,
            """{"errorCode":"ERR_CONFIGURATION_STORE_NOT_FOUND","message":"configuration store nope not found"}""");
        await AnswersAsync(
            sidecar, "/v1.0/configuration/config?key=a&key=b%27", 500,
            """{"errorCode":"ERR_CONFIGURATION_GET","message":"failed to get [a b'] from Configuration store config: invalid key : 'b''"}""");
        await AnswersAsync(
            sidecar, "/v1.0/configuration/config/subscribe", 500,
            """{"errorCode":"ERR_APP_CHANNEL_NIL","message":"app channel is not initialized. cannot subscribe to configuration updates"}""");
        await AnswersAsync(
            sidecar, "/v1.0/configuration/config/x/unsubscribe", 500,
            """{"message":"failed to unsubscribe to configuration request x: unable to find subscription with ID : x"}""");

        await using var app = await TestApp.StartAsync(TakeAsync);
        await using var other = await StartAsync(app, notifyChannel: false);
        await AnswersAsync(
            other, "/v1.0/configuration/config/subscribe?key=a", 500,
            $$"""{"errorCode":"ERR_CONFIGURATION_SUBSCRIBE","message":"failed to subscribe [a] from Configuration store config: unable to subscribe to \"{{_table}}\". notifyChannel must be set in component metadata or request metadata"}""");
        var id = await SubscribeAsync(other, $"?key=a&metadata.pgNotifyChannel={_table}");
        await SetAsync("a", "9", "9");
        Assert.Equal(id, (await NextAsync()).Body.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("table", "nothing_here", "postgreSQL configuration table 'nothing_here' does not exist")]
    [InlineData("table", "Upper", "metadata 'table' has the invalid name 'Upper'")]
    [InlineData("table", "", "missing postgreSQL configuration table name")]
    [InlineData("notifyChannel", "a b", "metadata 'notifyChannel' has the invalid name 'a b'")]
    [InlineData("connectionString", "host=127.0.0.1 port=1 connect_timeout=2 user=x password=hush",
        "PostgreSQL configuration store connection error: ")]
    [InlineData("connectionString", "host=127.0.0.1 nonsense=1", "connectionString: the parameter 'nonsense' is not served")]
    [InlineData("useAzureAD", "true", "metadata 'useAzureAD' is not served by the embedded sidecar")]
    [InlineData("timeout", "0s", "metadata 'timeout' must be from 1s to 1h, not '0s'")]
    public async Task A_component_that_cannot_be_opened_stops_the_start_with_one_line(string field, string value, string expected)
    {
        var metadata = new Dictionary<string, string> { ["connectionString"] = Libpq(), ["table"] = _table, [field] = value };
        _folder.WriteComponent("config", "configuration.postgresql", [.. metadata.Select(item => (item.Key, item.Value))]);
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            _folder, "--app-id", "a", "--dapr-http-port", "0", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains($"config.yaml:6: component config (configuration.postgresql): {expected}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
    }

    private static string? ValueOf((string Path, JsonElement Body) update, string key) =>
        update.Body.GetProperty("items").GetProperty(key).GetProperty("value").GetString();

    private static async Task AnswersAsync(SidecarUnderTest sidecar, string path, int status, string expected)
    {
        using var answer = await sidecar.Http.GetAsync(path);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonSerializer.Serialize(JsonDocument.Parse(expected)), JsonSerializer.Serialize(body));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static async Task<string> SubscribeAsync(SidecarUnderTest sidecar, string query) =>
        (await sidecar.Http.GetFromJsonAsync<JsonElement>($"/v1.0/configuration/config/subscribe{query}")).GetProperty("id").GetString()!;

    private async Task<(string Path, JsonElement Body)> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _updates.Reader.ReadAsync(limit.Token);
    }

    private async Task TakeAsync(HttpContext context)
    {
        var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        await _updates.Writer.WriteAsync((context.Request.Path.Value!, body));
    }

    private Task<SidecarUnderTest> StartAsync(TestApp? app = null, bool notifyChannel = true)
    {
        WriteComponent(notifyChannel ? _table : "");
        return SidecarUnderTest.StartAsync(_folder, "a", app);
    }

    private void WriteComponent(string notifyChannel, string timeout = "20s") => _folder.WriteComponent(
        "config", "configuration.postgresql",
        ("connectionString", Libpq()), ("table", _table), ("notifyChannel", notifyChannel), ("timeout", timeout));

    private static IAsyncEnumerator<SubscribeConfigurationResponse> Stream(GrpcChannel channel, CancellationToken cancellationToken) =>
        channel.StreamAsync(
            Subscribe, new SubscribeConfigurationRequest { StoreName = "config", Keys = { "a" } }, cancellationToken: cancellationToken)
            .GetAsyncEnumerator(cancellationToken);

    // As Dapr's components take it.
    private string Libpq()
    {
        var connection = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        return $"host={connection.Host} port={connection.Port} user={connection.Username} dbname={connection.Database} connect_timeout=5";
    }

    private Task SetAsync(string key, string value, string version, string metadata = "{}") => ExecuteAsync(
        $"INSERT INTO {_table} (key, value, version, metadata) VALUES ('{key}', '{value}', '{version}', '{metadata}')");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
