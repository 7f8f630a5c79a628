using System.Net;
using McpMesh.Sidecar.AccessControl;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Hosting;

public sealed class ApiAccessTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_not_allowed_is_not_there_and_health_always_is()
    {
        await using var sidecar = await StartAsync("""
              api:
                allowed:
                  - { name: state, version: v1.0, protocol: http }
                  - { name: metadata, version: v1, protocol: http }
            """);
        Assert.Equal(HttpStatusCode.NoContent, await GetAsync(sidecar, "/v1.0/state/memory/k"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(sidecar, "/v1.0/metadata"));
        Assert.Equal(HttpStatusCode.NoContent, await GetAsync(sidecar, "/v1.0/healthz"));
        foreach (var path in new[] { "/v1.0/secrets/s/k", "/v1.0/invoke/other/method/x", "/v1.0-alpha1/state/memory/query", "/anything" })
            Assert.Equal(HttpStatusCode.NotFound, await GetAsync(sidecar, path));
        Assert.Equal("404 page not found\n", await (await sidecar.Http.GetAsync("/anything")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_is_denied_falls_to_invocation_as_every_unknown_path_does()
    {
        await using var sidecar = await StartAsync("  api: { denied: [ { name: state, version: v1, protocol: http } ] }");
        using var answer = await sidecar.Http.GetAsync("/v1.0/state/memory/k");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("ERR_DIRECT_INVOKE", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // Another version of the path is no way round it.
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(sidecar, "/v1.0-alpha1/state/memory/k"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(sidecar, "/v1.0/metadata"));
    }

    [Fact]
    public void The_protocols_have_lists_of_their_own_and_the_denied_win()
    {
        var access = Read("""
              api:
                allowed:
                  - { name: state, version: v1, protocol: grpc }
                  - { name: publish, version: v1, protocol: grpc }
                denied:
                  - { name: publish, version: v1, protocol: grpc }
            """);
        Assert.True(access.AllowsGrpc("/dapr.proto.runtime.v1.Dapr/GetState"));
        Assert.False(access.AllowsGrpc("/dapr.proto.runtime.v1.Dapr/QueryStateAlpha1"));
        Assert.False(access.AllowsGrpc("/dapr.proto.runtime.v1.Dapr/PublishEvent"));
        Assert.False(access.AllowsGrpc("/dapr.proto.runtime.v1.Dapr/GetSecret"));
        Assert.True(access.AllowsGrpc("/TaskHubSidecarService/GetWorkItems"));
        Assert.True(access.AllowsHttp("publish", "v1"));
    }

    [Theory]
    [InlineData("{ name: states, version: v1, protocol: http }", "spec.api.allowed: 'states' is no API; known are invoke, state")]
    [InlineData("{ name: state, version: v2, protocol: http }", "version must be v1, v1alpha1, v1alpha2, v1beta1, not 'v2'")]
    [InlineData("{ name: state, version: v1, protocol: tcp }", "protocol must be http or grpc, not 'tcp'")]
    [InlineData("{ name: publish, version: v1beta1, protocol: grpc }", "there is no gRPC API 'publish' of version v1beta1")]
    [InlineData("{ name: state, verison: v1, protocol: http }", "unknown field 'spec.api.allowed.verison'")]
    [InlineData("{ name: state, version: v1 }", "field 'protocol' is required")]
    public void An_entry_that_names_no_API_is_an_error_with_file_and_line(string entry, string problem)
    {
        var error = Assert.Throws<StartupException>(() => Read($"  api:\n    allowed:\n      - {entry}"));
        Assert.Contains("config.yaml:7: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  acessControl: {}", "unknown field 'spec.acessControl'")]
    [InlineData("  httpPipeline: { handlers: [] }", "spec.httpPipeline is not served by the embedded sidecar")]
    [InlineData("  secrets: { scope: [] }", "unknown field 'spec.secrets.scope'")]
    [InlineData("  secrets: { scopes: [ { storeName: s, defaultAccess: denied } ] }", "defaultAccess must be allow or deny, not 'denied'")]
    [InlineData("  accessControl: { policy: [] }", "unknown field 'spec.accessControl.policy'")]
    [InlineData("  components: { denied: [] }", "unknown field 'spec.components.denied'")]
    [InlineData("  metrics: { enable: false }", "unknown field 'spec.metrics.enable'")]
    [InlineData("  metrics: { latencyDistributionBuckets: [5, 5] }", "spec.metrics.latencyDistributionBuckets must rise")]
    [InlineData("  features: [ { name: HotReload, enabled: maybe } ]", "enabled must be true or false")]
    public void A_misspelt_section_is_an_error_and_not_a_section_that_is_missing(string section, string problem)
    {
        var error = Assert.Throws<StartupException>(() => Read(section));
        Assert.Contains("config.yaml:5: " + problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tracing_features_and_the_rest_of_a_usual_configuration_are_accepted() => Read("""
          tracing: { samplingRate: "1", otel: { endpointAddress: "x:4317", isSecure: false, protocol: grpc } }
          mtls: { enabled: false }
          logging: { apiLogging: { enabled: false } }
          metrics: { enabled: true, rules: [], http: { increasedCardinality: false, excludeVerbs: true } }
          features: [ { name: HotReload, enabled: true } ]
        """);

    [Fact]
    public async Task A_denied_component_type_is_not_loaded()
    {
        await using var sidecar = await StartAsync("  components: { deny: [ state.in-memory/v1, pubsub.redis ] }");
        Assert.Equal(HttpStatusCode.BadRequest, await GetAsync(sidecar, "/v1.0/state/memory/k"));
        Assert.Equal(HttpStatusCode.NoContent, await GetAsync(sidecar, "/v1.0/state/statestore/k"));
        Assert.Contains("component memory is left out: the type state.in-memory is denied", sidecar.Log, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> GetAsync(SidecarUnderTest sidecar, string path)
    {
        using var answer = await sidecar.Http.GetAsync(path);
        return answer.StatusCode;
    }

    private ApiAccess Read(string spec) => MeshConfiguration.Read([Write(spec)]).Api;

    private Task<SidecarUnderTest> StartAsync(string spec) => SidecarUnderTest.StartAsync(_folder, "me", more: ["--config", Write(spec)]);

    private string Write(string spec) => _folder.Write(
        "config.yaml", $"apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{ name: c }}\nspec:\n{spec}\n");
}
