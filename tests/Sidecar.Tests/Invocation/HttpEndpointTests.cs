using System.Net;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Invocation;

public sealed class HttpEndpointTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();
    private TestApp _outside = null!;

    public async Task InitializeAsync()
    {
        _outside = await TestApp.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
            var (request, body) = (context.Request, await reader.ReadToEndAsync());
            await context.Response.WriteAsync($"{request.Method} {request.Path}{request.QueryString} {body}\n{headers}\n");
        });
    }

    public async Task DisposeAsync() => await _outside.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_endpoint_is_invoked_by_name_with_the_headers_of_its_resource_and_nothing_of_the_mesh()
    {
        _folder.Write("secrets.json", """{ "outside": { "key": "s3cret" } }""");
        _folder.WriteComponent(
            "secrets", "secretstores.local.file", ("secretsFile", _folder.File("secrets.json")), ("multiValued", "true"));
        _folder.Write("components/outside.yaml", ResourceText.HttpEndpoint("outside", $$"""
            { baseUrl: "http://127.0.0.1:{{_outside.Port}}/base/", headers: [
              { name: x-plain, value: 7 }, { name: Authorization, secretKeyRef: { name: outside, key: key } } ] }
            """, "auth: { secretStore: secrets }"));
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, "me", environment: [("DAPR_API_TOKEN", "mine"), ("APP_API_TOKEN", "app")]);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1.0/invoke/outside/method/a/b?c=d");
        request.Content = new StringContent("body");
        request.Headers.Add("dapr-api-token", "mine");
        request.Headers.Add("Authorization", "Bearer of-the-app");
        using var answer = await sidecar.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("PUT /base/a/b?c=d body\n", text, StringComparison.Ordinal);
        Assert.Contains("x-plain: 7\n", text, StringComparison.Ordinal);
        Assert.Contains("Authorization: s3cret\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dapr-", text, StringComparison.Ordinal);
        Assert.DoesNotContain("mesh-", text, StringComparison.Ordinal);
        Assert.Contains("traceparent: 00-", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("http%3A%2F%2F127.0.0.1%3A{0}")]
    public async Task Any_url_can_be_invoked_plain_or_encoded(string target)
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        var url = string.Format(null, target, _outside.Port);
        var answer = await sidecar.Http.GetStringAsync(new Uri($"{sidecar.Http.BaseAddress}v1.0/invoke/{url}/method/x/y?z=1"));
        Assert.StartsWith("GET /x/y?z=1 \n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_scoped_to_other_apps_is_not_known()
    {
        _folder.Write("components/outside.yaml", ResourceText.HttpEndpoint(
            "outside", $"{{ baseUrl: 'http://127.0.0.1:{_outside.Port}' }}", "scopes: [other]"));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using var answer = await sidecar.Http.GetAsync("/v1.0/invoke/outside/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("failed to resolve address for", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_is_away_is_one_clear_error()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        using var answer = await sidecar.Http.GetAsync("/v1.0/invoke/http%3A%2F%2F127.0.0.1%3A1/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("failed to invoke, id: http://127.0.0.1:1, err: Connection refused", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ baseURL: 'http://x' }", "unknown field 'spec.baseURL'")]
    [InlineData("{ baseUrl: 'ftp://x' }", "spec.baseUrl 'ftp://x' is not an http or https URL")]
    [InlineData("{ baseUrl: 'http://x', headers: [ { name: a } ] }", "metadata 'a' needs exactly one of value, envRef, secretKeyRef")]
    [InlineData("{ baseUrl: 'https://x', clientTLS: { certificate: { value: a } } }", "needs certificate and privateKey, or neither")]
    [InlineData("{ baseUrl: 'https://x', clientTLS: { rootCA: { value: a }, renegotiation: OnceAsClient } }", "renegotiates never")]
    public async Task A_mistake_names_file_line_and_field(string spec, string problem)
    {
        _folder.Write("components/outside.yaml", ResourceText.HttpEndpoint("outside", spec));
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(_folder, "--app-id", "me", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Matches(@"fatal: .*outside\.yaml:4: ", output);
        Assert.Contains(problem, output, StringComparison.Ordinal);
    }
}
