#nullable disable
using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoint that tells the sidecar the application's subscriptions.</summary>
public static class DaprEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>GET /dapr/subscribe</c>.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints) =>
        MapSubscribeHandler(endpoints, options: null);

    /// <summary>As the other overload, with options.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints, SubscribeOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        // The data sources are read at the time of the request, so endpoints may also be mapped later.
        return endpoints.MapGet("dapr/subscribe", (HttpContext context) => context.Response.WriteAsJsonAsync(
            Subscription.Of(endpoints.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>(), options),
            Subscription.Json,
            context.RequestAborted));
    }
}
