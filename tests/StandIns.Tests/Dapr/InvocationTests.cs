using System.Net;
using Dapr.Client;

namespace StandIns.Tests.Dapr;

public sealed class InvocationTests : IAsyncLifetime
{
    private DocumentedSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await DocumentedSidecar.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task A_request_to_an_app_goes_through_the_sidecar_with_its_token()
    {
        using var http = DaprClient.CreateInvokeHttpClient("adapter-logs", _sidecar.Url, DocumentedSidecar.Token);

        Assert.Equal("from adapter-logs", await http.GetStringAsync(new Uri("/mcp?x=a%20b", UriKind.Relative)));

        var request = Assert.Single(_sidecar.Received);
        Assert.Equal("/v1.0/invoke/adapter-logs/method/mcp?x=a%20b", request.Target);
        Assert.Equal(DocumentedSidecar.Token, request.Headers["dapr-api-token"]);
        Assert.StartsWith("dapr-sdk-dotnet/", request.Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_app_id_keeps_its_casing_and_the_request_gets_its_uri_back()
    {
        using var http = DaprClient.CreateInvokeHttpClient("Adapter-Logs", _sidecar.Url, DocumentedSidecar.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://adapter-logs/mcp") { Content = new StringContent("{}") };

        using var response = await http.SendAsync(request);

        Assert.Equal("/v1.0/invoke/Adapter-Logs/method/mcp", Assert.Single(_sidecar.Received).Target);
        Assert.Equal("http://adapter-logs/mcp", request.RequestUri!.ToString());
        Assert.False(request.Headers.Contains("dapr-api-token"));
    }

    [Fact]
    public async Task A_redirect_is_handed_to_the_caller_and_not_followed_with_the_token()
    {
        using var http = DaprClient.CreateInvokeHttpClient("moved", _sidecar.Url, DocumentedSidecar.Token);

        using var response = await http.GetAsync(new Uri("/x", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Fact]
    public async Task A_destination_that_is_not_http_is_refused()
    {
        using var invoker = new HttpMessageInvoker(new InvocationHandler { InnerHandler = new HttpClientHandler() });
        using var request = new HttpRequestMessage(HttpMethod.Get, "ftp://adapter-logs/x");

        await Assert.ThrowsAsync<ArgumentException>(() => invoker.SendAsync(request, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => DaprClient.CreateInvokeHttpClient("not a host"));
        Assert.Throws<ArgumentException>(() => DaprClient.CreateInvokeHttpClient("app", "ftp://127.0.0.1"));
    }

    [Fact]
    public async Task A_request_built_by_the_client_invokes_the_method()
    {
        using var client = _sidecar.Client();
        using var http = new HttpClient();
        using var request = client.CreateInvokeMethodRequest(
            HttpMethod.Put, "policy", "/evaluate?v=1", [KeyValuePair.Create("q", "a&b")], new { Subject = "dana" });

        using var response = await http.SendAsync(request);

        Assert.Equal("from policy", await response.Content.ReadAsStringAsync());
        var received = Assert.Single(_sidecar.Received);
        Assert.Equal(("PUT", "/v1.0/invoke/policy/method/evaluate?v=1&q=a%26b"), (received.Method, received.Target));
        Assert.Equal("""{"subject":"dana"}""", received.Body);
        Assert.Equal(HttpMethod.Post, client.CreateInvokeMethodRequest("policy", "x").Method);
    }

    [Fact]
    public async Task The_clients_own_invocation_client_uses_its_endpoint_and_token()
    {
        using var client = _sidecar.Client();
        using var http = client.CreateInvokableHttpClient("policy");

        Assert.Equal("from policy", await http.GetStringAsync(new Uri("policy", UriKind.Relative)));
    }
}
