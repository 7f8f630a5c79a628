using System.Net;

namespace McpMesh.IntegrationTests.Approvals;

/// <summary>The page as a person meets it who follows the link of an agent.</summary>
public sealed class PageTests(ApprovalMesh mesh) : IClassFixture<ApprovalMesh>
{
    [Fact]
    public async Task A_person_signs_in_sees_what_is_asked_and_approves_it()
    {
        var what = "ask-<script>alert(1)</script>\"&" + Guid.NewGuid().ToString("N");
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var page = new Uri((string)(await agent.CallAsync(what)).Data("url")!);
        using var lea = new PageBrowser("lea", "lea-password");

        var (status, html, policy) = await lea.OpenAsync(page);
        Assert.Equal(200, status);
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var text = WebUtility.HtmlDecode(html);
        Assert.Contains("|u-sam", text, StringComparison.Ordinal);
        Assert.Contains("Somebody else must look.", text, StringComparison.Ordinal);
        Assert.Contains("ask-\\u003Cscript\\u003E", text, StringComparison.Ordinal);

        Assert.Equal(403, (await lea.DecideAsync(page, html, "approve", "", formToken: "forged")).Status);
        Assert.Equal(0, mesh.Effects.EffectsOf(what));

        var decided = await lea.DecideAsync(page, html, "approve", "<b>fine</b>");
        Assert.Equal(200, decided.Status);
        Assert.Contains("Approved by u-lea", decided.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;fine&lt;/b&gt;", decided.Html, StringComparison.Ordinal);
        var answer = await WaitingAgent.UntilAsync(() => agent.CallAsync(what), answer => answer.Code != 4030);
        Assert.Equal(what + " 1", answer.Text);
    }

    [Fact]
    public async Task Who_asks_sees_the_page_without_buttons_and_who_has_no_role_does_not_see_it()
    {
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var page = new Uri((string)(await agent.CallAsync("ask-" + Guid.NewGuid().ToString("N"))).Data("url")!);
        using var sam = new PageBrowser("sam", "sam-dev-password");
        using var dana = new PageBrowser("dana", "dana-dev-password");

        var (status, html, _) = await sam.OpenAsync(page);
        Assert.Equal(200, status);
        Assert.DoesNotContain("<button", html, StringComparison.Ordinal);
        Assert.Equal(404, (await dana.OpenAsync(page)).Status);
    }
}
