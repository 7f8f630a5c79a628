#nullable disable
using Microsoft.AspNetCore.Authentication;

namespace Dapr.AspNetCore;

/// <summary>Options of the authentication scheme <c>Dapr</c>.</summary>
public class DaprAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>Token that the sidecar must present; default <c>APP_API_TOKEN</c>.</summary>
    public string Token { get; set; } = DaprDefaults.GetDefaultAppApiToken(null);
}
