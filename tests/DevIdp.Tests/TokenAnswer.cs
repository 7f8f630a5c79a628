using System.Net;
using System.Text.Json.Nodes;

namespace McpMesh.DevIdp.Tests;

/// <summary>What the token endpoint said.</summary>
internal sealed record TokenAnswer(HttpStatusCode Status, JsonNode Body)
{
    public static async Task<TokenAnswer> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return new(response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public JsonNode Granted()
    {
        Assert.True(Status == HttpStatusCode.OK, Body.ToJsonString());
        return Body;
    }

    public void Refused(string error, HttpStatusCode status = HttpStatusCode.BadRequest) =>
        Assert.Equal((error, status), (Body["error"]?.GetValue<string>(), Status));
}
