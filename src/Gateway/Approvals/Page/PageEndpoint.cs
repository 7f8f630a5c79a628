using Dapr;
using McpMesh.Identity.Jose;

namespace McpMesh.Gateway.Approvals.Page;

/// <summary>The approval page: a person signs in, sees what is asked, and decides.</summary>
internal sealed class PageEndpoint(PageSignIn signIn, ApprovalDesk desk)
{
    private const int LongestForm = 16 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/approvals/callback", http => RunAsync(http, EndSignInAsync));
        routes.MapGet("/approvals/{id}/page", http => RunAsync(http, ShowAsync));
        routes.MapPost("/approvals/{id}/page", http => RunAsync(http, DecideAsync));
    }

    private async Task RunAsync(HttpContext http, Func<HttpContext, Task> answer)
    {
        if (!signIn.IsPossible)
        {
            await PageHtml.WriteTextAsync(
                http, StatusCodes.Status404NotFound, "There is no approval page here",
                $"mesh.yaml has no client {PageSignIn.ClientId}; use: mesh approvals");
            return;
        }

        try
        {
            await answer(http);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException or JsonWebKeySetUnavailableException && !http.Response.HasStarted)
        {
            await PageHtml.WriteTextAsync(http, ApprovalRefusal.Unavailable.Status, "Not now", ApprovalRefusal.Unavailable.Reason);
        }
    }

    private async Task EndSignInAsync(HttpContext http)
    {
        var (approval, refusal) = await signIn.EndAsync(http);
        await (approval is null
            ? PageHtml.WriteTextAsync(http, StatusCodes.Status400BadRequest, "You are not signed in", refusal!)
            : PageHtml.WriteOnwardAsync(http, $"/approvals/{approval}/page"));
    }

    private async Task ShowAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (!ApprovalId.IsOne(id)) await NotFoundAsync(http);
        else if (await signIn.FindAsync(http) is { } session) await ShowAsync(http, session, id, StatusCodes.Status200OK, null);
        else http.Response.Redirect(await signIn.BeginAsync(http, id));
    }

    private async Task DecideAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (!ApprovalId.IsOne(id) || !http.Request.HasFormContentType || http.Request.ContentLength is null or > LongestForm)
        {
            await NotFoundAsync(http);
            return;
        }

        if (await signIn.FindAsync(http) is not { } session)
        {
            // What was typed is lost; nothing is decided for somebody who is not signed in.
            SeeOther(http, id);
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!PageSecret.AreEqual(form["formToken"], session.FormToken))
        {
            await ShowAsync(http, session, id, StatusCodes.Status403Forbidden, "The form was not of this sign-in; decide again.");
            return;
        }

        var (decision, malformed) = ApprovalDecision.Read(form["decision"], form["why"]);
        var refusal = malformed
            ?? (await desk.DecideAsync(session.Approver, id, decision.Approves, decision.Why, http.RequestAborted)).Refusal;
        if (refusal is null) SeeOther(http, id);
        else await ShowAsync(http, session, id, refusal.Status, refusal.Reason);
    }

    private async Task ShowAsync(HttpContext http, PageSession session, string id, int status, string? notice)
    {
        if (await desk.FindAsync(session.Approver, id, http.RequestAborted) is not { } approval) await NotFoundAsync(http);
        else await PageHtml.WriteAsync(http, status, approval, desk.MayDecide(session.Approver, approval) ? session.FormToken : null, notice);
    }

    private static void SeeOther(HttpContext http, string id)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = $"/approvals/{id}/page";
    }

    private static Task NotFoundAsync(HttpContext http) =>
        PageHtml.WriteTextAsync(http, StatusCodes.Status404NotFound, "Not found", ApprovalRefusal.Unknown.Reason);
}
