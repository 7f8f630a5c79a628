using System.Net;
using System.Net.Http.Json;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Components;

/// <summary>What a component resource may say beside its metadata, on a started sidecar.</summary>
public sealed class ComponentOptionsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("kind: Component\nmetdata: { name: x }\nspec: { type: state.in-memory }", 3, "unknown field 'metdata'")]
    [InlineData("kind: Component\nmetadata: { nam: x }\nspec: { type: state.in-memory }", 3, "unknown field 'metadata.nam'")]
    [InlineData("kind: Component\nmetadata: { name: x }\nspec:\n  type: state.in-memory\n  metdata: []", 6, "unknown field 'spec.metdata'")]
    [InlineData("kind: Component\nmetadata: { name: x }\nspec:\n  type: state.in-memory\n  metadata:\n  - name: a\n    valu: b", 8,
        "unknown field 'spec.metadata.valu'")]
    [InlineData("kind: Component\nmetadata: { name: x }\nspec: { type: state.in-memory, initTimeout: soon }", 4,
        "initTimeout must be a duration such as 5s or 1m30s")]
    [InlineData("kind: Component\nmetadata: { name: x }\nspec: { type: state.in-memory, ignoreErrors: perhaps }", 4,
        "ignoreErrors must be true or false")]
    [InlineData("kind: Component\nmetadata: { name: x }\nspec: { type: state.in-memory }\nauth: { secretstore: s }", 5,
        "unknown field 'auth.secretstore'")]
    [InlineData(
        "kind: Component\nmetadata: { name: x }\nspec:\n  type: state.in-memory\n  metadata: [{ name: a, value: 1 }, { name: A, value: 2 }]",
        6, "component x: metadata 'A' is given twice")]
    [InlineData(
        "kind: Component\nmetadata: { name: x }\nspec:\n  type: state.in-memory\n  metadata: [{ name: a, secretKeyRef: { name: s, key: k } }]",
        6, "metadata 'a' has a secretKeyRef, but auth.secretStore is not given")]
    [InlineData(
        "kind: Component\nmetadata: { name: x }\nspec:\n  type: state.in-memory\n  metadata: [{ name: a, value: '{podName}' }]",
        6, "metadata 'a' has {podName}, but POD_NAME is not set")]
    [InlineData("kind: Component\nmetadata: { name: statestore }\nspec: { type: state.in-memory }", 4,
        "component 'statestore' is already defined at ")]
    public async Task A_mistake_in_a_component_file_names_file_line_and_field(string text, int line, string problem)
    {
        _folder.Write("components/z.yaml", "apiVersion: dapr.io/v1alpha1\n" + text + "\n");
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, "--app-id", "me", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains($"z.yaml:{line}: ", output, StringComparison.Ordinal);
        Assert.Contains(problem, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'), entry => entry.Contains("fatal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_component_that_ignores_errors_is_left_out_and_the_others_serve()
    {
        var noFolder = _folder.Write("a-file", "");
        _folder.Write("components/bad.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: bad }
            spec: { type: state.sqlite, ignoreErrors: true, metadata: [ { name: connectionString, value: "{{noFolder}}/x.db" } ] }
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        Assert.Contains("the component is left out, it ignores errors: ", sidecar.Log, StringComparison.Ordinal);
        using var refused = await sidecar.Http.GetAsync("/v1.0/state/bad/k");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var saved = await sidecar.Http.PostAsJsonAsync("/v1.0/state/statestore", new[] { new { key = "k", value = 1 } });
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
    }

    [Fact]
    public async Task A_component_that_does_not_open_within_its_initTimeout_stops_the_start()
    {
        // A database that another process holds locked: opening waits for it.
        using var held = LockedDatabase.Create(_folder.File("held.db"));
        _folder.Write("components/held.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: held }
            spec: { type: state.sqlite, initTimeout: 100ms, metadata: [ { name: connectionString, value: "{{_folder.File("held.db")}}" } ] }
            """);
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, "--app-id", "me", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains("held.yaml:4: component held (state.sqlite): init timeout exceeded after 0.1s", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_takes_its_secrets_from_the_store_that_auth_names()
    {
        _folder.Write("secrets.json", $$"""{ "db": { "path": "{{_folder.File("from-secret.db")}}" } }""");
        _folder.WriteComponent("vault", "secretstores.local.file", ("secretsFile", _folder.File("secrets.json")), ("multiValued", "true"));
        _folder.Write("components/a-store.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: hidden }
            spec: { type: state.sqlite, metadata: [ { name: connectionString, secretKeyRef: { name: db, key: path } } ] }
            auth: { secretStore: vault }
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using var saved = await sidecar.Http.PostAsJsonAsync("/v1.0/state/hidden", new[] { new { key = "k", value = 1 } });
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        Assert.True(File.Exists(_folder.File("from-secret.db")));
    }
}
