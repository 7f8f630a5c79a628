using Dapr;
using McpMesh.Configuration;
using McpMesh.Gateway.Authentication;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;

namespace McpMesh.Gateway.Approvals;

/// <summary>The API: <c>GET /approvals</c>, <c>GET /approvals/{id}</c>, <c>POST /approvals/{id}</c>, with a token for <c>/mcp</c>.</summary>
internal sealed class ApprovalEndpoint(AuthenticateStage authenticate, ErrorAnswer errors, ApprovalDesk desk, MeshConfiguration mesh)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/approvals", http => RunAsync(http, ListAsync));
        routes.MapGet("/approvals/{id}", http => RunAsync(http, ShowAsync));
        routes.MapPost("/approvals/{id}", http => RunAsync(http, DecideAsync));
    }

    private async Task RunAsync(HttpContext http, Func<HttpContext, Approver, Task<(object? Body, ApprovalRefusal? Refusal)>> answer)
    {
        http.Response.Headers.CacheControl = "no-store";
        using var call = new GatewayCall(http, null);
        if (await authenticate.CheckAsync(call) is { } error)
        {
            if (error.Challenge is not null) http.Response.Headers.WWWAuthenticate = errors.Challenge(null, error);
            await WriteAsync(http, null, new ApprovalRefusal(error.Status, "unauthenticated", error.Reason));
            return;
        }

        try
        {
            var (body, refusal) = await answer(http, Approver.Of(call.Token!));
            await WriteAsync(http, body, refusal);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            await WriteAsync(http, null, ApprovalRefusal.Unavailable);
        }
    }

    private async Task<(object? Body, ApprovalRefusal? Refusal)> ListAsync(HttpContext http, Approver approver)
    {
        var found = await desk.ListAsync(approver, http.RequestAborted);
        return (new { approvals = found.Select(one => ViewOf(approver, one)) }, null);
    }

    private async Task<(object? Body, ApprovalRefusal? Refusal)> ShowAsync(HttpContext http, Approver approver) =>
        await desk.FindAsync(approver, IdOf(http), http.RequestAborted) is { } approval
            ? (ViewOf(approver, approval), null)
            : (null, ApprovalRefusal.Unknown);

    private async Task<(object? Body, ApprovalRefusal? Refusal)> DecideAsync(HttpContext http, Approver approver)
    {
        var (decision, malformed) = await ApprovalDecision.ReadAsync(http.Request, http.RequestAborted);
        if (malformed is not null) return (null, malformed);
        var (approval, refusal) = await desk.DecideAsync(approver, IdOf(http), decision.Approves, decision.Why, http.RequestAborted);
        return (approval is null ? null : ViewOf(approver, approval), refusal);
    }

    private ApprovalView ViewOf(Approver approver, Approval approval) => ApprovalView.Of(approval, desk.MayDecide(approver, approval), mesh);

    private static string IdOf(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private static async Task WriteAsync(HttpContext http, object? body, ApprovalRefusal? refusal)
    {
        http.Response.StatusCode = refusal?.Status ?? StatusCodes.Status200OK;
        var json = ApprovalView.Write(refusal is null ? body : new { error = refusal.Error, reason = refusal.Reason });
        await JsonAnswer.WriteAsync(http.Response, json, http.RequestAborted);
    }
}
