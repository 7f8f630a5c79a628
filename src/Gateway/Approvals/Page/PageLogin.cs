namespace McpMesh.Gateway.Approvals.Page;

/// <summary>A sign-in of the page that is under way.</summary>
/// <param name="Approval">Where to go on.</param>
/// <param name="Verifier">PKCE verifier.</param>
/// <param name="Browser">Hash of the cookie of the browser that began: nobody can be made to finish another's sign-in.</param>
internal sealed record PageLogin(string Approval, string Verifier, string Browser);
