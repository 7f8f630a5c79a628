using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 4.2 and 4.3: component files and the Configuration.</summary>
[Collection(nameof(FullSidecar))]
public sealed class ResourcesTests(FullSidecar mesh)
{
    [Fact]
    public async Task Metadata_come_from_a_secret_store_and_from_the_environment()
    {
        const string item = """[{"key":"referred","value":1}]""";
        (await mesh.Http.SendAsync("POST /v1.0/state/byreference", item)).IsNoContent();

        (await mesh.Http.SendAsync("GET /v1.0/state/byreference/referred")).IsJson(200, "1");
        // The same prefix, but another table: the reference to the environment was followed.
        (await mesh.Http.SendAsync("GET /v1.0/state/byname/referred")).IsNoContent();
    }

    [Fact]
    public async Task A_component_of_other_scopes_is_not_found() => (await mesh.Http.SendAsync("GET /v1.0/state/of-another/k"))
        .IsError(400, "ERR_STATE_STORE_NOT_FOUND", "state store of-another is not found");

    [Fact]
    public async Task Two_components_of_one_name_stop_the_start()
    {
        using var folder = new TestFolder(withComponents: false);
        folder.WriteComponent("twice", "state.in-memory");
        folder.WriteResource("again", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: twice }
            spec: { type: secretstores.local.env, version: v1 }
            """);

        Assert.Contains("twice", await RefusedAsync(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state.nothing", "[]")]
    [InlineData("state.sqlite", "[]")]
    public async Task A_component_that_cannot_be_initialized_stops_the_start(string type, string metadata)
    {
        using var folder = new TestFolder(withComponents: false);
        folder.WriteResource("broken", Component(type, metadata, ignoreErrors: false));

        Assert.Contains("broken", await RefusedAsync(folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_ignoreErrors_the_start_goes_on_without_it()
    {
        using var folder = new TestFolder(withComponents: false);
        folder.WriteComponent("whole", "state.in-memory");
        folder.WriteResource("broken", Component("state.sqlite", "[]", ignoreErrors: true));
        await using var sidecar = await SidecarUnderTest.StartAsync(folder, "goes-on");

        var http = new HttpFace(sidecar.Http);
        (await http.SendAsync("GET /v1.0/state/whole/k")).IsNoContent();
        (await http.SendAsync("GET /v1.0/state/broken/k"))
            .IsError(400, "ERR_STATE_STORE_NOT_FOUND", "state store broken is not found");
    }

    private static string Component(string type, string metadata, bool ignoreErrors) => $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: broken }
        spec: { type: {{type}}, version: v1, ignoreErrors: {{(ignoreErrors ? "true" : "false")}}, metadata: {{metadata}} }
        """;

    private static async Task<string> RefusedAsync(TestFolder folder)
    {
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            folder, ["--app-id", "refused", "--dapr-http-port", $"{SidecarProgram.Port()}", "--dapr-grpc-port", $"{SidecarProgram.Port()}",
                "--resources-path", folder.Components, .. SidecarProgram.Flags()]);
        Assert.NotEqual(0, exitCode);
        return output;
    }
}
