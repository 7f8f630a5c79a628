using System.Net.Mime;
using McpMesh.AuditSink.Storage;

namespace McpMesh.AuditSink.Reading;

/// <summary>The read API.</summary>
internal static class AuditReadingEndpoints
{
    internal static void MapAuditReading(this IEndpointRouteBuilder endpoints)
    {
        var events = endpoints.MapGroup("/events").AddEndpointFilter(
            (context, next) => context.HttpContext.RequestServices.GetRequiredService<ReadAccess>().CheckAsync(context, next));
        events.MapGet(string.Empty, ListAsync);
        events.MapGet("/{id}", FindAsync);
    }

    /// <summary>
    /// <c>GET /events?txn=…&amp;limit=…&amp;after=…</c>: a JSON array of events by time, then arrival. The next page starts
    /// <c>after</c> the <c>metadata.uid</c> of the last event.
    /// </summary>
    private static async Task<IResult> ListAsync(HttpContext context, IAuditStore store, CancellationToken cancellationToken)
    {
        if (!EventQuery.TryParse(context.Request.Query, out var query, out var error)) return BadRequest(error);
        AuditPosition? after = null;
        if (query.After is not null)
        {
            after = await store.LocateAsync(query.After, cancellationToken);
            if (after is null) return BadRequest("after must be the id of an event");
        }
        var found = query.Transaction is not null
            ? await store.ReadTransactionAsync(query.Transaction, after, query.Limit, cancellationToken)
            : await store.ReadRangeAsync(after, query.Limit, cancellationToken);
        return new EventArrayResult(found);
    }

    /// <summary><c>GET /events/{id}</c>: one event.</summary>
    private static async Task<IResult> FindAsync(string id, IAuditStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } json
            ? Results.Bytes(json, MediaTypeNames.Application.Json)
            : Results.Problem("There is no event with this id.", statusCode: StatusCodes.Status404NotFound);

    private static IResult BadRequest(string error) => Results.Problem(error, statusCode: StatusCodes.Status400BadRequest);
}
