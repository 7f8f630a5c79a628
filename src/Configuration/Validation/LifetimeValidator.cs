namespace McpMesh.Configuration.Validation;

/// <summary>How long tokens and sessions live.</summary>
internal sealed class LifetimeValidator : IMeshValidator
{
    private static readonly TimeSpan s_shortestToken = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestToken = TimeSpan.FromMinutes(10);

    public IReadOnlyList<string> Sections { get; } = ["identity"];

    public void Validate(MeshConfiguration mesh, FieldErrors errors)
    {
        var token = mesh.Identity.AccessTokenLifetime;
        errors.Require(
            token >= s_shortestToken && token <= s_longestToken,
            MeshFields.Identity.Field("accessTokenLifetime"),
            "must be between 30s and 10m: a token cannot be called back");
        errors.Require(
            mesh.Identity.SessionLifetime >= token,
            MeshFields.Identity.Field("sessionLifetime"),
            "must not be shorter than accessTokenLifetime");
    }
}
