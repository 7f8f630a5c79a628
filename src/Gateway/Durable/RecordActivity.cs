using Dapr.Workflow;
using McpMesh.Audit;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Durable;

/// <summary>Makes the outcome durable. It may run twice: the record's id follows from the intent's, so the log has it once.</summary>
internal sealed class RecordActivity(IAuditPublisher audit) : WorkflowActivity<EndedCall, bool>
{
    public override async Task<bool> RunAsync(WorkflowActivityContext context, EndedCall input)
    {
        await audit.RecordAsync(
            input.Intent with
            {
                Id = DerivedId.Of("outcome of " + input.Intent.Id),
                Kind = AuditEventKind.Outcome,
                Time = new DateTimeOffset(input.EndedAt, TimeSpan.Zero),
                Outcome = input.Result.Outcome,
                Reason = input.Result.Reason,
            },
            CancellationToken.None);
        return true;
    }
}
