using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.DevIdp.Tests;

/// <summary>What a person with a browser does: opens an address, fills in the form that is shown, follows where it leads.</summary>
internal sealed partial class Browser(HttpClient http)
{
    public Task<HttpResponseMessage> OpenAsync(string address) => http.GetAsync(address);

    /// <summary>Opens the address and, when a login form is shown, posts it.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string address, string username, string password)
    {
        var page = await OpenAsync(address);
        return page.StatusCode == HttpStatusCode.OK ? await FillInAsync(page, username, password) : page;
    }

    public async Task<HttpResponseMessage> FillInAsync(HttpResponseMessage page, string username, string password)
    {
        var html = await page.Content.ReadAsStringAsync();
        return await PostAsync(Action(html), new() { ["csrf"] = Csrf(html), ["username"] = username, ["password"] = password });
    }

    public Task<HttpResponseMessage> PostAsync(string address, Dictionary<string, string> form) =>
        http.PostAsync(address, new FormUrlEncodedContent(form));

    public static string Action(string html) => WebUtility.HtmlDecode(ActionPattern().Match(html).Groups[1].Value);

    public static string Csrf(string html) => CsrfPattern().Match(html).Groups[1].Value;

    /// <summary>The parameters that the browser is sent back with.</summary>
    public static Dictionary<string, string> Callback(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return QueryHelpers.ParseQuery(response.Headers.Location!.Query).ToDictionary(p => p.Key, p => p.Value.ToString());
    }

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\"")]
    private static partial Regex ActionPattern();

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]+)\"")]
    private static partial Regex CsrfPattern();
}
