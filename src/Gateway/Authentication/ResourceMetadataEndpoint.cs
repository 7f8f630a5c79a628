using McpMesh.Gateway.Http;

namespace McpMesh.Gateway.Authentication;

/// <summary>Protected resource metadata, RFC 9728, at the root and at the path form of section 3.1.</summary>
internal static class ResourceMetadataEndpoint
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    public static void Map(IEndpointRouteBuilder routes, ResourceIdentifiers resources)
    {
        routes.MapGet(WellKnown, http => AnswerAsync(http, resources, null));
        routes.MapGet(WellKnown + "/mcp", http => AnswerAsync(http, resources, null));
        routes.MapGet(WellKnown + "/mcp/{server}", http => AnswerAsync(http, resources, (string)http.Request.RouteValues["server"]!));
    }

    private static async Task AnswerAsync(HttpContext http, ResourceIdentifiers resources, string? server)
    {
        if (server is not null && !resources.Has(server))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // Public by nature; browser-based clients read it from other origins.
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.CacheControl = "public, max-age=300";
        await JsonAnswer.WriteAsync(http.Response, resources.Of(server).Metadata, http.RequestAborted);
    }
}
