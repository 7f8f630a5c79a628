using System.Globalization;

namespace McpMesh.Gateway.Approvals;

/// <summary>How an approval ended, in one sentence for the caller and the record.</summary>
internal static class ApprovalWords
{
    public static string Of(Approval approval) => approval.Status switch
    {
        ApprovalStatus.Approved => $"Approved by {NameOf(approval.DecidedBy)} at {At(approval)}{Why(approval)}",
        ApprovalStatus.Refused => $"Refused by {NameOf(approval.DecidedBy)} at {At(approval)}{Why(approval)}",
        ApprovalStatus.Expired => $"Nobody decided before {At(approval.ExpiresAt)}.",
        ApprovalStatus.Withdrawn => $"Withdrawn by who asked, at {At(approval)}.",
        _ => "",
    };

    /// <summary>The subject without its issuer.</summary>
    public static string NameOf(string? subject) => subject is null ? "somebody" : subject[(subject.LastIndexOf('|') + 1)..];

    private static string Why(Approval approval) => string.IsNullOrWhiteSpace(approval.Why) ? "." : $": {approval.Why}";

    private static string At(Approval approval) => At(approval.DecidedAt ?? approval.ExpiresAt);

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
