using System.Collections.Immutable;
using System.Text.Json;
using McpMesh.Configuration;

namespace McpMesh.Gateway.Approvals;

/// <summary>An approval as the API shows it. The call's id stays with who made the call.</summary>
internal sealed record ApprovalView
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public required string Id { get; init; }

    public required ApprovalStatus Status { get; init; }

    public required string Subject { get; init; }

    public required string Client { get; init; }

    public required string Method { get; init; }

    public required JsonElement Arguments { get; init; }

    public string? ArgumentDigest { get; init; }

    public required string Rule { get; init; }

    public required string Reason { get; init; }

    public required ImmutableArray<string> Approvers { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Why { get; init; }

    /// <summary>Where a person decides.</summary>
    public required Uri Url { get; init; }

    /// <summary>Whether who asked could decide it now.</summary>
    public required bool MayDecide { get; init; }

    public static ApprovalView Of(Approval approval, bool mayDecide, MeshConfiguration mesh)
    {
        using var arguments = JsonDocument.Parse(approval.Arguments, new JsonDocumentOptions { MaxDepth = 256 });
        return new ApprovalView
        {
            Id = approval.Id,
            Status = approval.Status,
            Subject = approval.Subject,
            Client = approval.Client,
            Method = approval.Method,
            Arguments = arguments.RootElement.Clone(),
            ArgumentDigest = approval.ArgumentDigest,
            Rule = approval.Rule,
            Reason = approval.Reason,
            Approvers = approval.Approvers,
            CreatedAt = approval.CreatedAt,
            ExpiresAt = approval.ExpiresAt,
            DecidedBy = approval.DecidedBy,
            DecidedAt = approval.DecidedAt,
            Why = approval.Why,
            Url = ApprovalUrl.Of(mesh, approval.Id),
            MayDecide = mayDecide,
        };
    }

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);
}
