using System.Net;
using System.Text.RegularExpressions;

namespace McpMesh.IntegrationTests.Approvals;

/// <summary>A browser without a screen: cookies, redirects, refreshes and forms; it fills in the login form when it meets it.</summary>
internal sealed partial class PageBrowser(string username, string password) : IDisposable
{
    private const int MostSteps = 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>What the browser keeps, by host and port, as a careful one does.</summary>
    private readonly Dictionary<string, CookieContainer> _cookies = [];

    public async Task<(int Status, string Html, string Policy)> OpenAsync(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        for (var step = 0; step < MostSteps; step++)
        {
            var here = request.RequestUri!;
            using var response = await SendAsync(request);
            var html = await response.Content.ReadAsStringAsync();
            if (response.Headers.Location is { } location)
            {
                request = new HttpRequestMessage(HttpMethod.Get, new Uri(here, location));
            }
            else if (RefreshPattern().Match(html) is { Success: true } refresh)
            {
                request = new HttpRequestMessage(HttpMethod.Get, new Uri(here, WebUtility.HtmlDecode(refresh.Groups[1].Value)));
            }
            else if (html.Contains("type=\"password\"", StringComparison.Ordinal))
            {
                var fields = FieldsOf(html);
                fields[fields.Keys.Single(name => name.Contains("user", StringComparison.OrdinalIgnoreCase))] = username;
                fields[fields.Keys.Single(name => name.Contains("pass", StringComparison.OrdinalIgnoreCase))] = password;
                request = new HttpRequestMessage(HttpMethod.Post, new Uri(here, WebUtility.HtmlDecode(ActionPattern().Match(html).Groups[1].Value)))
                {
                    Content = new FormUrlEncodedContent(fields),
                };
            }
            else
            {
                response.Headers.TryGetValues("Content-Security-Policy", out var policy);
                return ((int)response.StatusCode, html, string.Join(' ', policy ?? []));
            }
        }

        throw new InvalidOperationException("The page was not reached.");
    }

    /// <summary>Sends the page's form and follows where it leads.</summary>
    public async Task<(int Status, string Html)> DecideAsync(Uri page, string html, string decision, string why, string? formToken = null)
    {
        var fields = FieldsOf(html);
        if (formToken is not null) fields["formToken"] = formToken;
        (fields["decision"], fields["why"]) = (decision, why);
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, page) { Content = new FormUrlEncodedContent(fields) });
        if (response.Headers.Location is null) return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        var (status, shown, _) = await OpenAsync(new Uri(page, response.Headers.Location));
        return (status, shown);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var url = request.RequestUri!;
        if (!_cookies.TryGetValue(url.Authority, out var jar)) _cookies[url.Authority] = jar = new CookieContainer();
        if (jar.GetCookieHeader(url) is { Length: > 0 } cookies) request.Headers.Add("Cookie", cookies);
        var response = await _http.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
            foreach (var cookie in set) jar.SetCookies(url, cookie);
        return response;
    }

    private static Dictionary<string, string> FieldsOf(string html)
    {
        var fields = new Dictionary<string, string>();
        foreach (Match input in InputPattern().Matches(html))
        {
            var attributes = AttributePattern().Matches(input.Value).ToDictionary(a => a.Groups[1].Value, a => WebUtility.HtmlDecode(a.Groups[2].Value));
            if (attributes.TryGetValue("name", out var name)) fields[name] = attributes.GetValueOrDefault("value", "");
        }

        return fields;
    }

    [GeneratedRegex("http-equiv=\"refresh\" content=\"0;url=([^\"]*)\"")]
    private static partial Regex RefreshPattern();

    [GeneratedRegex("<form[^>]*\\baction=\"([^\"]*)\"")]
    private static partial Regex ActionPattern();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex InputPattern();

    [GeneratedRegex("""([\w-]+)="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex AttributePattern();
}
