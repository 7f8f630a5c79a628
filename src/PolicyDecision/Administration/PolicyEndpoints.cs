using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace McpMesh.PolicyDecision.Administration;

/// <summary><c>GET /policy</c> for enforcement points and <c>GET /policy/version</c> for people.</summary>
internal static class PolicyEndpoints
{
    private const int LongestWait = 30;

    public static void MapPolicy(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/policy", GetAsync);
        endpoints.MapGet("/policy/version", GetVersion);
    }

    /// <remarks>
    /// <c>Prefer: wait=n</c> (RFC 7240 section 4.3) with <c>If-None-Match</c> holds the answer until there is another version, at most n
    /// seconds: every replica of an enforcement point learns of it at once, where an event reaches one of them.
    /// </remarks>
    private static async Task<IResult> GetAsync(
        PolicyStore store, HttpRequest request, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (Wait(request) is { } wait && request.Headers.IfNoneMatch is [{ Length: > 0 } seen])
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            await store.WaitForOtherThanAsync(seen, wait, stop.Token).ConfigureAwait(false);
        }

        // Results.Bytes answers If-None-Match with 304 by the entity tag (RFC 9110 section 13.1.2).
        return store.Current is { } version
            ? Results.Bytes(version.Body, "application/json", entityTag: new EntityTagHeaderValue(version.EntityTag))
            : Results.Problem("No policy is in force.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static TimeSpan? Wait(HttpRequest request) =>
        request.Headers["Prefer"] is [{ } prefer] && prefer.StartsWith("wait=", StringComparison.Ordinal)
        && int.TryParse(prefer.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait))
            : null;

    private static IResult GetVersion(PolicyStore store) =>
        Results.Ok(new PolicyVersionReport(store.Current?.Digest, store.Current?.Since, store.LastError));
}
