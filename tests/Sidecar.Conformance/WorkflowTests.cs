using System.Text.Json;
using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.7 over HTTP.</summary>
[Collection(nameof(WorkflowMesh))]
public sealed class WorkflowTests(WorkflowMesh mesh)
{
    private const string Root = "/v1.0/workflows/dapr";

    [Theory]
    [InlineData("v1.0", "dapr")]
    [InlineData("v1.0-beta1", "dapr")]
    [InlineData("v1.0-alpha1", "any-name")]
    public async Task A_workflow_is_managed_under_every_version_and_any_component(string version, string component)
    {
        var root = $"/{version}/workflows/{component}";
        var id = $"managed-{version.Replace('.', '_')}";
        (await mesh.Http.SendAsync($"POST {root}/Wait/start?instanceID={id}", "\"in\"")).IsJson(202, $$"""{"instanceID":"{{id}}"}""");

        (await mesh.Http.SendAsync($"POST {root}/{id}/pause")).IsJson(202, "{}");
        await mesh.Client.StatusAsync(id, OrchestrationStatus.Suspended);
        Assert.Equal("SUSPENDED", await StatusOfAsync(id));
        (await mesh.Http.SendAsync($"POST {root}/{id}/resume")).IsJson(202, "{}");
        await mesh.Client.StatusAsync(id, OrchestrationStatus.Running);
        Assert.Equal("RUNNING", await StatusOfAsync(id));
        (await mesh.Http.SendAsync($"POST {root}/{id}/raiseEvent/go", "\"out\"")).IsJson(202, "{}");
        await mesh.Client.CompletionAsync(id);
        Assert.Equal("COMPLETED", await StatusOfAsync(id));
        (await mesh.Http.SendAsync($"POST {root}/{id}/purge")).IsJson(202, "{}");
        Assert.Equal(404, (await mesh.Http.SendAsync($"GET {root}/{id}")).Status);
    }

    [Fact]
    public async Task The_default_id_is_a_GUID()
    {
        var started = (await mesh.Http.SendAsync($"POST {Root}/Sequence/start", "1")).Json.GetProperty("instanceID").GetString();

        Assert.True(Guid.TryParse(started, out _));
    }

    [Fact]
    public async Task An_instance_shows_its_times_and_its_input_output_and_custom_status_as_strings()
    {
        await StartAsync("Wait", "shown", "\"in\"");
        (await mesh.Http.SendAsync($"POST {Root}/shown/raiseEvent/go", "\"out\"")).IsJson(202, "{}");
        await mesh.Client.CompletionAsync("shown");

        var shown = (await mesh.Http.SendAsync($"GET {Root}/shown")).Json;
        Assert.Equal(("shown", "Wait"), (shown.GetProperty("instanceID").GetString(), shown.GetProperty("workflowName").GetString()));
        Assert.True(DateTimeOffset.TryParse(shown.GetProperty("createdAt").GetString(), out var created));
        Assert.True(DateTimeOffset.TryParse(shown.GetProperty("lastUpdatedAt").GetString(), out var updated));
        Assert.True(created <= updated);
        var properties = shown.GetProperty("properties");
        Assert.Equal(("\"in\"", "\"out\""), (Text(properties, "dapr.workflow.input"), Text(properties, "dapr.workflow.output")));
        Assert.Equal("waiting", Text(properties, "dapr.workflow.custom_status"));
    }

    [Fact]
    public async Task A_failure_is_shown_with_type_and_message()
    {
        await StartAsync("Throw", "failed");
        await mesh.Client.CompletionAsync("failed");

        var shown = (await mesh.Http.SendAsync($"GET {Root}/failed")).Json;
        Assert.Equal("FAILED", shown.GetProperty("runtimeStatus").GetString());
        var properties = shown.GetProperty("properties");
        Assert.Equal("InvalidOperationException", Text(properties, "dapr.workflow.failure.error_type"));
        Assert.Equal("on purpose", Text(properties, "dapr.workflow.failure.error_message"));
    }

    [Fact]
    public async Task Terminate_and_purge_are_recursive()
    {
        await StartAsync("Parent", "parent");
        await mesh.Client.StatusAsync("parent:0000", OrchestrationStatus.Running);

        (await mesh.Http.SendAsync($"POST {Root}/parent/terminate")).IsJson(202, "{}");
        await mesh.Client.StatusAsync("parent", OrchestrationStatus.Terminated);
        await mesh.Client.StatusAsync("parent:0000", OrchestrationStatus.Terminated);
        (await mesh.Http.SendAsync($"POST {Root}/parent/purge")).IsJson(202, "{}");
        Assert.False(await ExistsAsync("parent"));
        Assert.False(await ExistsAsync("parent:0000"));
    }

    [Fact]
    public async Task A_purge_of_an_instance_that_runs_is_500()
    {
        await StartAsync("Wait", "not-purged");
        await mesh.Client.StatusAsync("not-purged", OrchestrationStatus.Running);

        (await mesh.Http.SendAsync($"POST {Root}/not-purged/purge")).IsError(500, "ERR_PURGE_WORKFLOW", "error purging workflow …");
        Assert.Equal("RUNNING", await StatusOfAsync("not-purged"));
    }

    [Fact]
    public async Task A_start_with_the_id_of_an_active_instance_is_500()
    {
        await StartAsync("Wait", "twice");

        var answer = await mesh.Http.SendAsync($"POST {Root}/Wait/start?instanceID=twice");
        answer.IsError(500, "ERR_START_WORKFLOW", "error starting workflow 'Wait': …");
        Assert.EndsWith(
            "an active workflow with ID 'twice' already exists", answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "nobody")]
    [InlineData("POST", "nobody/terminate")]
    [InlineData("POST", "nobody/purge")]
    public async Task An_unknown_instance_is_404(string verb, string path) => (await mesh.Http.SendAsync($"{verb} {Root}/{path}"))
        .IsError(404, "ERR_INSTANCE_ID_NOT_FOUND", "unable to find workflow with the provided instance ID: nobody");

    [Theory]
    [InlineData("pause", "ERR_PAUSE_WORKFLOW", "error pausing workflow nobody: …")]
    [InlineData("resume", "ERR_RESUME_WORKFLOW", "error resuming workflow nobody: …")]
    [InlineData("raiseEvent/e", "ERR_RAISE_EVENT_WORKFLOW", "error raising event on workflow 'nobody': …")]
    public async Task What_an_unknown_instance_cannot_do_is_500(string path, string code, string message) =>
        (await mesh.Http.SendAsync($"POST {Root}/nobody/{path}")).IsError(500, code, message);

    [Theory]
    [InlineData("a.b", "ERR_INSTANCE_ID_INVALID",
        "workflow instance ID 'a.b' is invalid: only alphanumeric and underscore characters are allowed")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "ERR_INSTANCE_ID_TOO_LONG",
        "workflow instance ID exceeds the max length of 64 characters")]
    public async Task A_given_id_has_64_letters_digits_underscores_and_dashes_at_most(string id, string code, string message) =>
        (await mesh.Http.SendAsync($"POST {Root}/Wait/start?instanceID={id}")).IsError(400, code, message);

    [Fact]
    public async Task A_given_id_of_64_characters_starts() =>
        await StartAsync("Sequence", "Az_0-" + new string('x', 59), "1");

    [Fact]
    public async Task The_metadata_tell_the_workers() => Assert.Equal(
        1, (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json.GetProperty("workflows").GetProperty("connectedWorkers").GetInt32());

    [Fact]
    public async Task The_metadata_tell_that_the_actor_runtime_runs() => Assert.Equal(
        "RUNNING",
        (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json.GetProperty("actorRuntime").GetProperty("runtimeStatus").GetString());

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private async Task StartAsync(string name, string id, string? input = null) => (await mesh.Http.SendAsync(
        $"POST {Root}/{name}/start?instanceID={id}", input)).IsJson(202, $$"""{"instanceID":"{{id}}"}""");

    private async Task<string?> StatusOfAsync(string id) =>
        (await mesh.Http.SendAsync($"GET {Root}/{id}")).Json.GetProperty("runtimeStatus").GetString();

    private async Task<bool> ExistsAsync(string id) =>
        (await mesh.Grpc.AskAsync(TaskHub.GetInstance, new GetInstanceRequest { InstanceId = id })).Exists;
}
