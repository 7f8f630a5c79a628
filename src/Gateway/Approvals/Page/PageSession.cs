namespace McpMesh.Gateway.Approvals.Page;

/// <summary>Who is signed in at the page, kept in state under the hash of a cookie, as long as the token lived. The token is not kept.</summary>
/// <param name="FormToken">Must come back with every decision.</param>
internal sealed record PageSession(Approver Approver, string FormToken);
