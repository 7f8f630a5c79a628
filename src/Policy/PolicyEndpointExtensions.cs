using McpMesh.Policy.Distribution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpMesh.Policy;

/// <summary>Endpoints of an enforcement point.</summary>
public static class PolicyEndpointExtensions
{
    /// <summary>
    /// Maps the subscriber of topic <c>policy-changed</c>, which pulls the new version. Only the sidecar may call it (<c>dapr-api-token</c>
    /// = APP_API_TOKEN). The host maps the subscription list (<c>MapSubscribeHandler</c>).
    /// </summary>
    public static IEndpointConventionBuilder MapPolicyChanged(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        // What the event says does not matter: the version is read from the decision point itself, so a forged event achieves nothing.
        return endpoints
            .MapPost("/events/policy-changed", async (IPolicySource source, CancellationToken cancellationToken) =>
            {
                await source.RefreshAsync(cancellationToken);
                return Results.Ok();
            })
            .AddEndpointFilter<SidecarOnlyFilter>()
            .WithTopic("pubsub", "policy-changed");
    }
}
