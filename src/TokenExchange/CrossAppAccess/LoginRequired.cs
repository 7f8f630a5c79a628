using McpMesh.Configuration;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>The refusal that a sign-in by the user would cure.</summary>
internal sealed class LoginRequired(MeshConfiguration mesh)
{
    private readonly Uri _signIn = new($"{mesh.Identity.Issuer.OriginalString.TrimEnd('/')}/sign-in");

    public OAuthException Because(string reason) => new("login_required", reason, StatusCodes.Status403Forbidden) { SignInUrl = _signIn };
}
