using System.Net;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Hosting;

public sealed class RequestPathTests : IDisposable
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/v1.0/metadata", "/v1.0/metadata")]
    [InlineData("//v1.0///metadata/", "/v1.0/metadata")]
    [InlineData("/v1.0/./state/../metadata", "/v1.0/metadata")]
    [InlineData("/../v1.0/..", "/")]
    [InlineData("/v1.0/state/memory/.key", "/v1.0/state/memory/.key")]
    [InlineData("/v1.0/state/memory/a%2F..%2Fb", "/v1.0/state/memory/a%2F..%2Fb")]
    [InlineData("/", "/")]
    public void A_path_is_cleaned_and_nothing_of_it_decoded(string sent, string clean) => Assert.Equal(clean, RequestTarget.Clean(sent));

    [Fact]
    public async Task Routes_and_targets_are_found_by_every_spelling_of_their_path()
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("app " + context.Request.Path));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app, environment: ("DAPR_API_TOKEN", "token"));
        foreach (var path in new[] { "//v1.0/healthz/outbound", "/v1.0/healthz/outbound/", "/v1.0/x/../healthz/outbound" })
            Assert.Equal((HttpStatusCode.NoContent, ""), await GetAsync(sidecar, path));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid api token"), await GetAsync(sidecar, "//v1.0/metadata"));

        sidecar.Http.DefaultRequestHeaders.Add("dapr-api-token", "token");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(sidecar, "//v1.0//metadata/")).Status);
        Assert.Equal((HttpStatusCode.OK, "app /hop"), await GetAsync(sidecar, "//v1.0//invoke//me/method//a/../hop/"));
        Assert.Equal((HttpStatusCode.OK, "app /hop"), await GetAsync(sidecar, $"/v1.0/invoke/http://127.0.0.1:{app.Port}/method/hop"));
    }

    [Fact]
    public async Task The_app_of_the_header_comes_before_the_app_of_the_path()
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("app " + context.Request.Path));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app);
        sidecar.Http.DefaultRequestHeaders.Add("dapr-app-id", "me");
        Assert.Equal((HttpStatusCode.OK, "app /v1.0/invoke/other/method/x"), await GetAsync(sidecar, "/v1.0/invoke/other/method/x"));
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(SidecarUnderTest sidecar, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{sidecar.Port}{path}", Verbatim));
        using var answer = await sidecar.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
