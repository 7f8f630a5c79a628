using System.Security.Cryptography;
using System.Text;
using Dapr.Workflow;
using McpMesh.Audit;

namespace McpMesh.Gateway.Durable;

/// <summary>Makes the outcome durable. It may run twice: the record's id follows from the intent's, so the log has it once.</summary>
internal sealed class RecordActivity(IAuditPublisher audit) : WorkflowActivity<EndedCall, bool>
{
    public override async Task<bool> RunAsync(WorkflowActivityContext context, EndedCall input)
    {
        await audit.RecordAsync(
            input.Intent with
            {
                Id = OutcomeId(input.Intent.Id),
                Kind = AuditEventKind.Outcome,
                Time = new DateTimeOffset(input.EndedAt, TimeSpan.Zero),
                Outcome = input.Result.Outcome,
                Reason = input.Result.Reason,
            },
            CancellationToken.None);
        return true;
    }

    /// <summary>A UUID of version 8 (RFC 9562 section 5.8) made of the intent's.</summary>
    private static string OutcomeId(string intentId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes("outcome of " + intentId), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
