using System.Net;

namespace McpMesh.TokenExchange.Tests.Harness;

/// <summary>A browser that goes from the mesh AS to the IdP and back, with the cookies of the mesh AS.</summary>
internal sealed class Browser(HttpClient mesh, OrganizationIdp idp)
{
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>Follows redirects until an agent is meant or a page is shown.</summary>
    public async Task<HttpResponseMessage> OpenAsync(Uri address)
    {
        using var idpHttp = new HttpClient(idp.Handler, disposeHandler: false);
        while (true)
        {
            var response = await SendAsync(address.Host == new Uri(OrganizationIdp.Issuer).Host ? idpHttp : mesh, address);
            if (response.StatusCode != HttpStatusCode.Redirect) return response;
            address = response.Headers.Location!;
            if (address.Host is not "idp.shop.example" and not "as.shop.example") return response;
        }
    }

    /// <summary>One request, no redirect followed.</summary>
    public Task<HttpResponseMessage> StepAsync(Uri address) => SendAsync(mesh, address);

    private async Task<HttpResponseMessage> SendAsync(HttpClient http, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var cookies = string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        if (http == mesh && cookies.Length > 0) request.Headers.Add("Cookie", cookies);
        var response = await http.SendAsync(request);
        if (http == mesh && response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                var pair = cookie.Split(';')[0].Split('=', 2);
                _cookies[pair[0]] = pair[1];
            }
        }

        return response;
    }
}
