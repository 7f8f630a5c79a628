using System.Globalization;
using System.Text.Json;
using Dapr.Workflow;
using McpMesh.Configuration;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Tasks;

/// <summary>A durable call as a task of <c>io.modelcontextprotocol/tasks</c>: read from its workflow, kept nowhere else.</summary>
internal sealed record TaskState
{
    private const long PollMs = 1000;

    public required string Id { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long TtlMs { get; init; }

    public string? Message { get; init; }

    /// <summary>What the client is asked for; null for nothing.</summary>
    public Approval? Question { get; init; }

    /// <summary>Where that is answered.</summary>
    public Uri? Url { get; init; }

    /// <summary>A call that has not ended.</summary>
    public static TaskState Of(string id, WorkflowState state, Approval? approval, ClientAbilities abilities, MeshConfiguration mesh)
    {
        var isPending = approval is { Status: ApprovalStatus.Pending };
        var url = isPending ? ApprovalUrl.Of(mesh, approval!.Id) : null;
        var waits = approval is null ? TimeSpan.Zero : approval.ExpiresAt - approval.CreatedAt;
        return new TaskState
        {
            Id = id,
            // Who opens no URLs must not be asked to, but may be told.
            Status = isPending && abilities.OpensUrls ? "input_required" : "working",
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.LastUpdatedAt,
            TtlMs = TtlOf(mesh, waits),
            Message = isPending
                ? $"Waits for an approval at {url!.AbsoluteUri}"
                : "The call has been sent to its server and cannot be taken back.",
            Question = isPending && abilities.OpensUrls ? approval : null,
            Url = url,
        };
    }

    /// <summary>A call that has ended.</summary>
    public static TaskState Of(string id, WorkflowState state, DurableResult result, MeshConfiguration mesh) => new()
    {
        Id = id,
        Status = result.Result is not null ? "completed" : result.Outcome == "cancelled" ? "cancelled" : "failed",
        CreatedAt = state.CreatedAt,
        UpdatedAt = state.LastUpdatedAt,
        TtlMs = TtlOf(mesh, state.LastUpdatedAt - state.CreatedAt),
        Message = result.Reason,
    };

    /// <summary>Members of a <c>CreateTaskResult</c>.</summary>
    public void WriteCreated(Utf8JsonWriter json)
    {
        json.WriteString("resultType"u8, "task"u8);
        Write(json);
    }

    /// <summary>Members of a task.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("taskId"u8, Id);
        json.WriteString("status"u8, Status);
        json.WriteString("createdAt"u8, At(CreatedAt));
        json.WriteString("lastUpdatedAt"u8, At(UpdatedAt));
        json.WriteNumber("ttlMs"u8, TtlMs);
        json.WriteNumber("pollIntervalMs"u8, PollMs);
        if (Message is not null) json.WriteString("statusMessage"u8, Message);
    }

    private static long TtlOf(MeshConfiguration mesh, TimeSpan runs) =>
        (long)(runs + mesh.Limits.CallTimeout + mesh.Limits.KeepResultsFor).TotalMilliseconds;

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
