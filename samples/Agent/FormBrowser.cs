using System.Net;
using System.Text.RegularExpressions;

namespace McpMesh.Samples.Agent;

/// <summary>
/// A browser without a screen: follows redirects, keeps cookies and fills in the login form as a person would. Demo and tests sign in with
/// it, through the same pages as everybody; there is no other way in.
/// </summary>
public sealed partial class FormBrowser(string username, string password) : IAuthorizationBrowser, IDisposable
{
    private const int MaxSteps = 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    /// <inheritdoc/>
    public async Task<Uri> VisitAsync(Uri authorizationUri, Uri redirectUri, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, authorizationUri);
        var filledIn = false;
        for (var step = 0; step < MaxSteps; step++)
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var here = request.RequestUri!;
            request.Dispose();
            if (response.Headers.Location is { } location)
            {
                var next = new Uri(here, location);
                if (next.GetLeftPart(UriPartial.Path) == redirectUri.GetLeftPart(UriPartial.Path)) return next;
                request = new HttpRequestMessage(HttpMethod.Get, next);
                continue;
            }

            var page = await response.Content.ReadAsStringAsync(cancellationToken);
            if (filledIn || !response.IsSuccessStatusCode || FormPattern().Match(page) is not { Success: true } form)
            {
                throw new InvalidOperationException(
                    $"{here.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode}: {Text(page)}");
            }
            request = new HttpRequestMessage(HttpMethod.Post, new Uri(here, WebUtility.HtmlDecode(form.Groups["action"].Value)))
            {
                Content = new FormUrlEncodedContent(Fields(page)),
            };
            filledIn = true;
        }

        throw new InvalidOperationException($"The sign-in did not end within {MaxSteps} redirects.");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private IEnumerable<KeyValuePair<string, string>> Fields(string page)
    {
        foreach (Match input in InputPattern().Matches(page))
        {
            var attributes = AttributePattern().Matches(input.Value)
                .ToDictionary(a => a.Groups[1].Value.ToUpperInvariant(), a => WebUtility.HtmlDecode(a.Groups[2].Value));
            if (!attributes.TryGetValue("NAME", out var name)) continue;
            yield return attributes.GetValueOrDefault("TYPE") switch
            {
                "password" => new(name, password),
                "hidden" => new(name, attributes.GetValueOrDefault("VALUE") ?? ""),
                _ => new(name, username),
            };
        }
    }

    private static string Text(string page)
    {
        var text = WebUtility.HtmlDecode(MarkupPattern().Replace(page, " "));
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 300 ? text[..300] : text;
    }

    [GeneratedRegex("""<form[^>]*\baction="(?<action>[^"]*)"[^>]*>""", RegexOptions.IgnoreCase)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex InputPattern();

    [GeneratedRegex("""(\w+)="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex AttributePattern();

    [GeneratedRegex("<(style|script)[^>]*>.*?</\\1>|<[^>]+>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex MarkupPattern();
}
