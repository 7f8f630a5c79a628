#nullable disable
using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authentication;

/// <summary>Adds the authentication scheme <c>Dapr</c>.</summary>
public static class DaprAuthenticationBuilderExtensions
{
    /// <summary>Adds the scheme with the token from <c>APP_API_TOKEN</c>.</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder) => AddDapr(builder, configureOptions: null);

    /// <summary>Adds the scheme.</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder, Action<DaprAuthenticationOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<DaprAuthenticationOptions, DaprAuthenticationHandler>(
            DaprAuthenticationHandler.SchemeName, configureOptions);
    }
}
