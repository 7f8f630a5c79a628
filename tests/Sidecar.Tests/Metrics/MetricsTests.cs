using System.Net;
using System.Net.Http.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Metrics;

public sealed class MetricsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_sidecar_does_is_counted_under_daprd_s_names()
    {
        await using var app = await TestApp.StartAsync(
            context => context.Request.Path == "/events" ? _events.HandleAsync(context) : context.Response.WriteAsync("ok"),
            """[{"pubsubname":"pubsub","topic":"orders","route":"/events"}]""");
        await using var callee = await SidecarUnderTest.StartAsync(_folder, "orders", app);
        await using var caller = await SidecarUnderTest.StartAsync(_folder, "gateway");
        await caller.Http.GetStringAsync("/v1.0/invoke/orders/method/x");
        (await caller.Http.PostAsJsonAsync("/v1.0/state/memory", new[] { new { key = "k", value = 1 } })).Dispose();
        await caller.Http.GetStringAsync("/v1.0/state/memory/k");
        (await caller.Http.PostAsJsonAsync("/v1.0/state/memory", new[] { new { key = "k", value = 1, etag = "other" } })).Dispose();
        (await caller.Http.PostAsync("/v1.0/publish/pubsub/orders", new StringContent("1"))).Dispose();
        await _events.NextAsync();

        var sent = await ScrapeAsync(caller, "/metrics");
        Assert.Contains("""dapr_http_server_request_count{app_id="gateway",method="GET",path="",status="200"} 2""", sent);
        Assert.Contains("""dapr_http_server_request_count{app_id="gateway",method="POST",path="",status="409"} 1""", sent);
        Assert.Contains("""dapr_http_server_latency_count{app_id="gateway",method="GET",path="",status="200"} 2""", sent);
        Assert.Contains("""dapr_http_server_latency_bucket{app_id="gateway",method="GET",path="",status="200",le="+Inf"} 2""", sent);
        const string memory = "dapr_component_state_count{app_id=\"gateway\",component=\"memory\",namespace=\"default\"";
        Assert.Contains(memory + """,operation="set",success="true"} 1""", sent);
        Assert.Contains(memory + """,operation="set",success="false"} 1""", sent);
        Assert.Contains(memory + """,operation="get",success="true"} 1""", sent);
        const string published = "dapr_component_pubsub_egress_count{app_id=\"gateway\",component=\"pubsub\",namespace=\"default\"";
        Assert.Contains(published + """,success="true",topic="orders"} 1""", sent);
        Assert.Contains(
            """dapr_runtime_service_invocation_req_sent_total{app_id="gateway",dst_app_id="orders",type="unary"} 1""", sent);
        Assert.Contains("""dapr_runtime_component_loaded{app_id="gateway"} 3""", sent);
        Assert.Contains("""dapr_runtime_component_init_total{app_id="gateway",component="state.sqlite"} 1""", sent);
        Assert.Contains("process_resident_memory_bytes ", sent);

        // The delivery is counted when it is settled, after the app has answered.
        const string ingress = "dapr_component_pubsub_ingress_count{app_id=\"orders\",component=\"pubsub\",namespace=\"default\","
            + "process_status=\"success\",status=\"success\",topic=\"orders\"} 1";
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        string received;
        while (!(received = await ScrapeAsync(callee, "/")).Contains(ingress, StringComparison.Ordinal)) await Task.Delay(20, limit.Token);
        Assert.Contains("""dapr_runtime_service_invocation_req_recv_total{app_id="orders",src_app_id="gateway"} 1""", received);
        Assert.Contains("""dapr_http_client_completed_count{app_id="orders",method="GET",path="",status="200"}""", received);
    }

    [Fact]
    public async Task The_text_is_one_that_Prometheus_reads()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        (await sidecar.Http.GetAsync("/v1.0/state/memory/k")).Dispose();
        foreach (var line in (await ScrapeAsync(sidecar, "/metrics")).TrimEnd('\n').Split('\n'))
        {
            Assert.Matches(
                """^(# HELP [a-z_]+ .+|# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{([a-zA-Z_]+="[^"]*",?)*\})? [0-9.eE+-]+)$""",
                line);
        }
    }

    [Fact]
    public async Task Buckets_and_verbs_are_those_of_the_Configuration()
    {
        var config = _folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: c }
            spec: { metrics: { latencyDistributionBuckets: [10, 500], http: { excludeVerbs: true } } }
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", more: ["--config", config]);
        (await sidecar.Http.GetAsync("/v1.0/healthz")).Dispose();
        var text = await ScrapeAsync(sidecar, "/metrics");
        Assert.Contains("""dapr_http_server_request_count{app_id="me",method="",path="",status="204"} 1""", text);
        Assert.Contains("le=\"500\"", text);
        Assert.DoesNotContain("le=\"5\"", text);
    }

    [Theory]
    [InlineData("--enable-metrics=false", null)]
    [InlineData(null, "metrics: { enabled: false }")]
    public async Task Switched_off_there_is_no_metrics_port(string? flag, string? spec)
    {
        List<string> more = [];
        if (flag is not null) more.Add(flag);
        if (spec is not null)
        {
            var text = $"apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{ name: c }}\nspec: {{ {spec} }}\n";
            more.AddRange(["--config", _folder.Write("config.yaml", text)]);
        }

        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", more: [.. more]);
        using var answer = await sidecar.Http.GetAsync("/v1.0/healthz");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.DoesNotContain("metrics server started", sidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_text_is_served_on_the_metrics_port()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using var http = new HttpClient { BaseAddress = AddressOf(sidecar) };
        using var other = await http.GetAsync("/v1.0/metadata");
        using var write = await http.PostAsync("/metrics", null);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (other.StatusCode, write.StatusCode));
    }

    private static async Task<string> ScrapeAsync(SidecarUnderTest sidecar, string path)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(sidecar) };
        using var answer = await http.GetAsync(path);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync();
    }

    private static Uri AddressOf(SidecarUnderTest sidecar) => new($"http://127.0.0.1:{sidecar.PortAfter("metrics server started on ")}");
}
