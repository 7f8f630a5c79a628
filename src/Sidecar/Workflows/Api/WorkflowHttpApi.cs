using System.Text;
using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Workflows.Api;

/// <summary><c>/v1.0/workflows/{component}/…</c>, also under <c>v1.0-beta1</c> and <c>v1.0-alpha1</c>.</summary>
internal sealed class WorkflowHttpApi(WorkflowManagement workflows)
{
    /// <summary>Null when it is none of this API's routes.</summary>
    /// <param name="parts">What follows <c>/workflows/{component}</c>.</param>
    public Task? Route(HttpContext context, string[] parts)
    {
        var isPost = context.Request.Method == "POST";
        return parts switch
        {
            [var id] when context.Request.Method == "GET" => GetAsync(context, id),
            [var name, "start"] when isPost => StartAsync(context, name),
            [var id, "raiseEvent", var name] when isPost => RaiseEventAsync(context, id, name),
            [var id, "pause"] when isPost => AcceptAsync(context, workflows.PauseAsync(id)),
            [var id, "resume"] when isPost => AcceptAsync(context, workflows.ResumeAsync(id)),
            [var id, "terminate"] when isPost => AcceptAsync(context, workflows.TerminateAsync(id)),
            [var id, "purge"] when isPost => AcceptAsync(context, workflows.PurgeAsync(id)),
            _ => null,
        };
    }

    private async Task StartAsync(HttpContext context, string name)
    {
        using var body = await RequestBody.ReadAsync(context);
        var started = await workflows.StartAsync(new StartWorkflowRequest
        {
            WorkflowName = name,
            InstanceId = context.Request.Query["instanceID"].ToString(),
            Input = ByteString.CopyFrom(body.Memory.Span),
        });
        await ApiResponse.WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("instanceID", started.InstanceId);
            json.WriteEndObject();
        }, StatusCodes.Status202Accepted);
    }

    private async Task GetAsync(HttpContext context, string id)
    {
        var workflow = await workflows.GetAsync(id);
        if (workflow.WorkflowName.Length == 0) throw WorkflowErrors.InstanceNotFound(id);
        await ApiResponse.WriteJsonAsync(context, json => Write(json, workflow));
    }

    private static void Write(Utf8JsonWriter json, GetWorkflowResponse workflow)
    {
        json.WriteStartObject();
        json.WriteString("instanceID", workflow.InstanceId);
        json.WriteString("workflowName", workflow.WorkflowName);
        json.WriteString("createdAt", workflow.CreatedAt.ToDateTime());
        json.WriteString("lastUpdatedAt", workflow.LastUpdatedAt.ToDateTime());
        json.WriteString("runtimeStatus", workflow.RuntimeStatus);
        json.WriteStartObject("properties");
        foreach (var (name, value) in workflow.Properties) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async Task RaiseEventAsync(HttpContext context, string id, string name)
    {
        using var body = await RequestBody.ReadAsync(context);
        await AcceptAsync(context, workflows.RaiseEventAsync(id, name, Encoding.UTF8.GetString(body.Memory.Span)));
    }

    private static async Task AcceptAsync(HttpContext context, Task command)
    {
        await command;
        await ApiResponse.WriteJsonAsync(context, "{}"u8.ToArray(), StatusCodes.Status202Accepted);
    }
}
