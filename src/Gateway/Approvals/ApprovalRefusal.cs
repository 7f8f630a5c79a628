namespace McpMesh.Gateway.Approvals;

/// <summary>Why a decision does not count: one clear error.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">Short name of the rule.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record ApprovalRefusal(int Status, string Error, string Reason)
{
    /// <summary>Also for an approval that the caller has nothing to do with: it does not learn that there is one.</summary>
    public static ApprovalRefusal Unknown { get; } = new(404, "not_found", "There is no such approval for you.");

    public static ApprovalRefusal FourEyes { get; } = new(
        403, "four_eyes", "Who asks cannot decide: another person with one of the roles must.");

    public static ApprovalRefusal Expired { get; } = new(409, "expired", "The approval has expired.");

    public static ApprovalRefusal Finished { get; } = new(409, "finished", "The call does not wait any more.");

    public static ApprovalRefusal NoPolicy { get; } = new(503, "no_policy", "No policy is in force yet, so nobody has a role.");

    public static ApprovalRefusal Unavailable { get; } = new(503, "unavailable", "Approvals cannot be read or written now; try again.");

    public static ApprovalRefusal Unrecorded { get; } = new(
        503, "unrecorded", "The decision could not be recorded, so it does not count; try again.");

    public static ApprovalRefusal Malformed(string reason) => new(400, "invalid_request", reason);

    public static ApprovalRefusal Decided(Approval approval) => new(409, "decided", ApprovalWords.Of(approval));
}
