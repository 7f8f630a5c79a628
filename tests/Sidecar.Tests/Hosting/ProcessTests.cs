using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Hosting;

public sealed class ProcessTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_unknown_component_type_names_file_and_line_and_stops_the_start()
    {
        _folder.WriteComponent("cache", "state.cassandra");
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, "--app-id", "a", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains("cache.yaml:6: component cache has the unknown type 'state.cassandra'", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Fact]
    public async Task Yaml_that_cannot_be_read_names_file_and_line()
    {
        _folder.Write("components/bad.yaml", "apiVersion: dapr.io/v1alpha1\nkind: [Component\n");
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, "--app-id", "a", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Matches(@"bad\.yaml:\d+: not valid YAML", output);
    }

    [Fact]
    public async Task A_missing_environment_variable_names_component_and_item()
    {
        _folder.Write("components/env.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: other }
            spec:
              type: state.sqlite
              metadata:
                - name: connectionString
                  envRef: MESH_TEST_NOT_SET
            """);
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, "--app-id", "a", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains("env.yaml:7: component other: metadata 'connectionString' refers to the environment variable MESH_TEST_NOT_SET",
            output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_scoped_to_other_apps_is_not_loaded()
    {
        _folder.Write("components/scoped.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: scoped }
            spec: { type: state.in-memory, version: v1 }
            scopes: [somebody-else]
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a");
        using var answer = await sidecar.Http.GetAsync("/v1.0/state/scoped/k");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_port_in_use_is_one_error_and_exit_code_1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            _folder, "--app-id", "a", "--dapr-http-port", $"{port}", "--dapr-grpc-port", "0");
        Assert.Equal(1, exitCode);
        Assert.Contains($"--dapr-http-port {port}: the port is already in use", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_api_token_everything_but_health_is_401()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a", environment: ("DAPR_API_TOKEN", "right"));
        using (var refused = await sidecar.Http.GetAsync("/v1.0/metadata"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("invalid api token", await refused.Content.ReadAsStringAsync());
        }

        foreach (var path in new[] { "/v1.0/healthz", "/v1.0/healthz/outbound" })
        {
            using var health = await sidecar.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.NoContent, health.StatusCode);
        }

        sidecar.Http.DefaultRequestHeaders.Add("dapr-api-token", "wrong");
        using (var wrong = await sidecar.Http.GetAsync("/v1.0/metadata")) Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        sidecar.Http.DefaultRequestHeaders.Remove("dapr-api-token");
        sidecar.Http.DefaultRequestHeaders.Add("dapr-api-token", "right");
        using var right = await sidecar.Http.GetAsync("/v1.0/metadata");
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Health_waits_for_the_app_and_outbound_health_does_not()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a", more: ["--app-port", $"{port}"]);
        using (var outbound = await sidecar.Http.GetAsync("/v1.0/healthz/outbound"))
            Assert.Equal(HttpStatusCode.NoContent, outbound.StatusCode);
        using (var early = await sidecar.Http.GetAsync("/v1.0/healthz"))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, early.StatusCode);
            Assert.Contains("ERR_HEALTH_NOT_READY", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("late"), port: port);
        await sidecar.WaitForAppAsync();
        Assert.Equal("late", await sidecar.Http.GetStringAsync("/v1.0/invoke/a/method/x"));
    }

    [Fact]
    public async Task SIGTERM_lets_a_request_under_way_end_and_exits_with_0()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await answer.Task;
            await context.Response.WriteAsync("done");
        });
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a", app);
        var call = sidecar.Http.GetStringAsync("/v1.0/invoke/a/method/x");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var ending = sidecar.TerminateAsync();
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60))) await sidecar.WaitForLogAsync("stopping", limit.Token);
        answer.SetResult();
        Assert.Equal("done", await call);
        Assert.Equal(0, await ending);
    }

    [Fact]
    public async Task Metadata_lists_components_and_keeps_what_is_put()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a");
        using (var put = await sidecar.Http.PutAsync("/v1.0/metadata/owner", new StringContent("mesh")))
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        var metadata = await sidecar.Http.GetFromJsonAsync<JsonElement>("/v1.0/metadata");
        Assert.Equal("a", metadata.GetProperty("id").GetString());
        Assert.Equal("mesh", metadata.GetProperty("extended").GetProperty("owner").GetString());
        Assert.Contains(metadata.GetProperty("components").EnumerateArray(), component =>
            component.GetProperty("name").GetString() == "statestore" && component.GetProperty("capabilities")[0].GetString() == "ETAG");
        var actors = metadata.GetProperty("actorRuntime");
        Assert.Equal("DISABLED", actors.GetProperty("runtimeStatus").GetString());
        Assert.False(actors.GetProperty("hostReady").GetBoolean());
    }

    [Fact]
    public async Task The_shutdown_call_ends_the_process()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a");
        using var answer = await sidecar.Http.PostAsync("/v1.0/shutdown", null);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await sidecar.WaitForLogAsync("stopping", limit.Token);
    }

    [Fact]
    public async Task Secrets_come_from_the_file_within_the_scopes_of_the_configuration()
    {
        _folder.Write("secrets.json", """{"signing-key":"private","db":{"user":"u"},"open":"o"}""");
        _folder.WriteComponent("secrets", "secretstores.local.file", ("secretsFile", _folder.File("secrets.json")));
        var config = _folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: c }
            spec:
              secrets:
                scopes: [{ storeName: secrets, defaultAccess: allow, deniedSecrets: [signing-key] }]
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "a", more: ["--config", config]);
        Assert.Equal("""{"db:user":"u"}""", await sidecar.Http.GetStringAsync("/v1.0/secrets/secrets/db:user"));
        using (var denied = await sidecar.Http.GetAsync("/v1.0/secrets/secrets/signing-key"))
            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        using (var missing = await sidecar.Http.GetAsync("/v1.0/secrets/secrets/zz"))
            Assert.Equal(HttpStatusCode.InternalServerError, missing.StatusCode);
        using (var store = await sidecar.Http.GetAsync("/v1.0/secrets/nope/zz"))
            Assert.Equal(HttpStatusCode.Unauthorized, store.StatusCode);
        Assert.Equal(
            """{"db:user":{"db:user":"u"},"open":{"open":"o"}}""", await sidecar.Http.GetStringAsync("/v1.0/secrets/secrets/bulk"));
    }

    [Fact]
    public async Task Secrets_come_from_the_environment_but_not_the_sidecars_own_tokens()
    {
        _folder.WriteComponent("secrets", "secretstores.local.env", ("prefix", "SHOP_"));
        _folder.WriteComponent("all", "secretstores.local.env");
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, "a", environment: [("SHOP_DB", "s3cret"), ("APP_API_TOKEN", "app-secret")]);
        Assert.Equal("""{"DB":"s3cret"}""", await sidecar.Http.GetStringAsync("/v1.0/secrets/secrets/DB"));
        Assert.Equal("""{"SHOP_DB":"s3cret"}""", await sidecar.Http.GetStringAsync("/v1.0/secrets/all/SHOP_DB"));
        using (var own = await sidecar.Http.GetAsync("/v1.0/secrets/all/APP_API_TOKEN"))
            Assert.Equal(HttpStatusCode.InternalServerError, own.StatusCode);
        Assert.DoesNotContain("app-secret", await sidecar.Http.GetStringAsync("/v1.0/secrets/all/bulk"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_access_policy_denies_on_the_callee_by_the_callers_proven_app_id()
    {
        var config = _folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: c }
            spec:
              accessControl:
                defaultAction: deny
                trustDomain: public
                policies:
                  - appId: gateway
                    namespace: default
                    trustDomain: public
                    defaultAction: deny
                    operations:
                      - { name: /hop, httpVerb: [POST], action: allow }
                      - { name: /.well-known/*, httpVerb: ["*"], action: allow }
            """);
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var callee = await SidecarUnderTest.StartAsync(_folder, "token-exchange", app, more: ["--config", config]);
        await using var gateway = await SidecarUnderTest.StartAsync(_folder, "gateway");
        await using var stranger = await SidecarUnderTest.StartAsync(_folder, "stranger");
        stranger.Http.DefaultRequestHeaders.Add("dapr-caller-app-id", "gateway");
        Assert.Equal(HttpStatusCode.OK, await CallAsync(gateway, HttpMethod.Post, "hop"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(gateway, HttpMethod.Post, "%68op"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(gateway, HttpMethod.Get, ".well-known/jwks"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(gateway, HttpMethod.Get, "hop"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(gateway, HttpMethod.Post, ".well-known/%2e%2e/token"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(stranger, HttpMethod.Post, "hop"));
    }

    private static async Task<HttpStatusCode> CallAsync(SidecarUnderTest sidecar, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"/v1.0/invoke/token-exchange/method/{path}");
        using var answer = await sidecar.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
