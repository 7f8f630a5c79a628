using System.Text.Json;
using Dapr;
using Dapr.Workflow;
using Grpc.Core;
using McpMesh.Configuration;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Durable;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Tasks;

/// <summary>
/// <c>tasks/get</c>, <c>tasks/update</c> and <c>tasks/cancel</c>. A task is a durable call, so any replica answers; another principal's task,
/// one that is over and one that never was are all the same to the caller.
/// </summary>
internal sealed class TaskAnswer(
    DaprWorkflowClient workflows, SidecarPatience patience, ApprovalStore approvals, ApprovalBell bell, DurableReply replies,
    MeshConfiguration mesh, TimeProvider time)
{
    public async ValueTask<GatewayError?> WriteAsync(GatewayCall call)
    {
        try
        {
            return Check(call) ?? await AnswerAsync(call, call.Http.RequestAborted);
        }
        catch (Exception e) when (e is DaprException or RpcException or HttpRequestException)
        {
            return GatewayErrors.CallsUnavailable;
        }
    }

    private static GatewayError? Check(GatewayCall call)
    {
        if (!ClientAbilities.Of(call).KnowsTasks) return GatewayErrors.TasksNotDeclared;
        if (!call.Envelope!.TaskId.IsPresent) return GatewayErrors.InvalidParams("params.taskId is required.");
        // What a proxy routed by must be what is answered.
        var name = call.Http.Request.Headers[McpHeader.Name];
        return name.Count == 0 || (name.Count == 1 && McpHeaderValue.TryDecode(name[0]!, out var text) && text == IdOf(call))
            ? null
            : GatewayErrors.HeaderMismatch($"{McpHeader.Name} differs from params.taskId.");
    }

    private async Task<GatewayError?> AnswerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = IdOf(call);
        if (!CallIdentity.IsOne(id)) return GatewayErrors.UnknownTask;
        var state = await patience.RunAsync(() => workflows.GetWorkflowStateAsync(id, true, cancellationToken), cancellationToken);
        if (!state.Exists || state.ReadInputAs<CallOwner>()?.Claim is not { } claim || claim.Principal != CallIdentity.PrincipalOf(call))
            return GatewayErrors.UnknownTask;
        switch (call.Envelope!.Method)
        {
            case McpMethod.TasksGet:
                await WriteTaskAsync(call, id, state, cancellationToken);
                return null;
            case McpMethod.TasksCancel when !state.IsWorkflowCompleted:
                await CancelAsync(id, cancellationToken);
                break;
        }

        // What a user answered to the elicitation decides nothing, so there is nothing to update.
        await SendAsync(call, json => json.WriteString("resultType"u8, "complete"u8), cancellationToken);
        return null;
    }

    private async Task WriteTaskAsync(GatewayCall call, string id, WorkflowState state, CancellationToken cancellationToken)
    {
        if (state.IsWorkflowCompleted)
        {
            var result = await replies.EndAsync(id, cancellationToken);
            await SendAsync(call, json => WriteEnded(json, TaskState.Of(id, state, result, mesh), result), cancellationToken);
            return;
        }

        var approval = await approvals.FindAsync(ApprovalId.Of(id), cancellationToken);
        var task = TaskState.Of(id, state, approval, ClientAbilities.Of(call), mesh);
        await SendAsync(
            call,
            json =>
            {
                json.WriteString("resultType"u8, "complete"u8);
                task.Write(json);
                if (task.Question is { } question) ApprovalQuestion.Write(json, question, task.Url!);
            },
            cancellationToken);
    }

    private static void WriteEnded(Utf8JsonWriter json, TaskState task, DurableResult result)
    {
        json.WriteString("resultType"u8, "complete"u8);
        task.Write(json);
        if (result.Result is not null)
        {
            json.WritePropertyName("result"u8);
            json.WriteRawValue(result.Result, skipInputValidation: true);
            return;
        }

        if (task.Status == "cancelled") return;
        json.WritePropertyName("error"u8);
        if (result.Error is not null)
        {
            json.WriteRawValue(result.Error, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("code"u8, result.Code);
        json.WriteString("message"u8, $"{result.Message} {result.Reason}");
        json.WriteEndObject();
    }

    /// <summary>Takes back a call that waits for its approval; one that has been sent goes on, as its status says.</summary>
    private async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (approval, _) = await approvals.SettleAsync(
            ApprovalId.Of(id), pending => pending with { Status = ApprovalStatus.Withdrawn, DecidedAt = now }, cancellationToken);
        if (approval is { Status: ApprovalStatus.Withdrawn }) await bell.RingAsync(id, cancellationToken);
    }

    private static string IdOf(GatewayCall call) => JsonSplice.Text(call.Body.Span, call.Envelope!.TaskId);

    private static async Task SendAsync(GatewayCall call, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var answer = new PooledBuffer(1024);
        ResultWriter.Write(answer, call, write);
        await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, cancellationToken);
    }
}
