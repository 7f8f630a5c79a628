#nullable disable
namespace Microsoft.AspNetCore.Authorization;

/// <summary>Adds the authorization policy for requests of the sidecar.</summary>
public static class DaprAuthorizationOptionsExtensions
{
    /// <summary>Adds a policy that only the sidecar, authenticated by the scheme <c>Dapr</c>, fulfils.</summary>
    public static void AddDapr(this AuthorizationOptions options, string name = "Dapr")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(name, policy => policy.AddAuthenticationSchemes("Dapr").RequireAuthenticatedUser());
    }
}
