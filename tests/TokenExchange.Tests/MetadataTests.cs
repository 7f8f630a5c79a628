using System.Net;
using System.Text.Json.Nodes;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests;

public sealed class MetadataTests : MeshServerTests
{
    [Fact]
    public async Task The_metadata_says_what_the_server_does()
    {
        var json = JsonNode.Parse(await Server.Http.GetStringAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative)))!;
        Assert.Equal(MeshServer.Issuer, (string?)json["issuer"]);
        Assert.Equal($"{MeshServer.Issuer}/token", (string?)json["token_endpoint"]);
        Assert.Equal("urn:ietf:params:oauth:grant-profile:id-jag", (string?)json["authorization_grant_profiles_supported"]![0]);
        var grants = json["grant_types_supported"]!.AsArray().Select(grant => (string?)grant);
        Assert.Contains("urn:ietf:params:oauth:grant-type:jwt-bearer", grants);
        Assert.Equal("S256", (string?)json["code_challenge_methods_supported"]![0]);
        Assert.True((bool)json["authorization_response_iss_parameter_supported"]!);
    }

    [Fact]
    public async Task The_key_set_holds_public_keys_only()
    {
        var json = JsonNode.Parse(await Server.Http.GetStringAsync(new Uri("/jwks", UriKind.Relative)))!;
        var key = Assert.Single(json["keys"]!.AsArray())!;
        Assert.Equal(Server.Key.KeyId, (string?)key["kid"]);
        Assert.Null(key["d"]);
    }

    [Fact]
    public async Task A_request_for_another_host_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/jwks");
        request.Headers.Host = "rebound.example";
        using var response = await Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Answers_of_the_token_endpoint_are_never_stored()
    {
        using var content = new FormUrlEncodedContent([new("grant_type", "nothing")]);
        using var response = await Server.Http.PostAsync(new Uri("/token", UriKind.Relative), content);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_an_invalid_request()
    {
        using var content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var response = await Server.Http.PostAsync(new Uri("/token", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("invalid_request", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
