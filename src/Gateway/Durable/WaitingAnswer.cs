using System.Text.Json;
using Dapr.Workflow;
using McpMesh.Configuration;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Tasks;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Answers a call that has not ended: with a task for a client that knows tasks, and while an approval is waited for with a question, or
/// with an error, that says where it is given. The call itself goes on.
/// </summary>
internal sealed class WaitingAnswer(
    DaprWorkflowClient workflows, SidecarPatience patience, ApprovalStore approvals, MeshConfiguration mesh, TimeProvider time)
{
    /// <summary>How long an answer waits for the end of the call.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>What was answered; null when the request should wait for the end.</summary>
    public async Task<Answered?> AnswerAsync(GatewayCall call, CallPlace place, CancellationToken unwanted)
    {
        var abilities = ClientAbilities.Of(call);
        if (call.Approval is null && !abilities.KnowsTasks) return null;
        var (hasEnded, approval) = await WaitAsync(call, place, abilities, unwanted);
        if (hasEnded) return null;
        if (abilities.KnowsTasks)
        {
            var state = await GetAsync(place.Id, unwanted);
            if (state.IsWorkflowCompleted) return null;
            var task = TaskState.Of(place.Id, state, approval, abilities, mesh);
            await SendAsync(call, json => task.WriteCreated(json), unwanted);
            return new Answered(null, IsHandedOver: true);
        }

        if (approval is not { Status: ApprovalStatus.Pending }) return null;
        var url = ApprovalUrl.Of(mesh, approval.Id);
        if (!abilities.OpensUrls) return new Answered(GatewayErrors.NeedsApproval(approval.Reason, approval.Id, url), IsHandedOver: false);
        await SendAsync(
            call,
            json =>
            {
                json.WriteString("resultType"u8, "input_required"u8);
                ApprovalQuestion.Write(json, approval, url);
                json.WriteString("requestState"u8, CallState.Of(place));
            },
            unwanted);
        return new Answered(null, IsHandedOver: false);
    }

    /// <summary>
    /// Until the call has ended, or it is time to answer: at once when it turns out that an approval is asked for, after a while when the
    /// client has been told so before.
    /// </summary>
    private async Task<(bool HasEnded, Approval? Approval)> WaitAsync(
        GatewayCall call, CallPlace place, ClientAbilities abilities, CancellationToken unwanted)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var approval = call.Approval is { } id ? await approvals.FindAsync(id, unwanted) : null;
            // An approved call is about to run: who knows no tasks waits for its end.
            if (approval is { Status: not ApprovalStatus.Pending } && !abilities.KnowsTasks) return (true, approval);
            var state = await GetAsync(place.Id, unwanted);
            if (state.IsWorkflowCompleted) return (true, approval);
            var isOver = time.GetElapsedTime(began) >= Longest;
            if (isOver || (place.IsNew && approval is { Status: ApprovalStatus.Pending })) return (false, approval);
            await Task.Delay(LookInterval, time, unwanted);
        }
    }

    private Task<WorkflowState> GetAsync(string id, CancellationToken cancellationToken) =>
        patience.RunAsync(() => workflows.GetWorkflowStateAsync(id, false, cancellationToken), cancellationToken);

    private static async Task SendAsync(GatewayCall call, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var answer = new PooledBuffer(1024);
        ResultWriter.Write(answer, call, write);
        await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, cancellationToken);
        await call.Http.Response.CompleteAsync();
    }
}
