using Microsoft.Net.Http.Headers;

namespace McpMesh.PolicyDecision.Administration;

/// <summary><c>GET /policy</c> for enforcement points and <c>GET /policy/version</c> for people.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicy(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/policy", Get);
        endpoints.MapGet("/policy/version", GetVersion);
    }

    // Results.Bytes answers If-None-Match with 304 by the entity tag (RFC 9110 section 13.1.2).
    private static IResult Get(PolicyStore store) => store.Current is { } version
        ? Results.Bytes(version.Body, "application/json", entityTag: new EntityTagHeaderValue(version.EntityTag))
        : Results.Problem("No policy is in force.", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static IResult GetVersion(PolicyStore store) =>
        Results.Ok(new PolicyVersionReport(store.Current?.Digest, store.Current?.Since, store.LastError));
}
