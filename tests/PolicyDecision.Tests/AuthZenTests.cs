using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace McpMesh.PolicyDecision.Tests;

/// <summary>AuthZEN Authorization API 1.0 over HTTP, with the rights of the shipped mesh.yaml.</summary>
public sealed class AuthZenTests(PolicyService service) : IClassFixture<PolicyService>
{
    private const string Sam = """ "subject":{"type":"user","id":"u-sam","properties":{"groups":["site-reliability"]}} """;
    private const string Dana = """ "subject":{"type":"user","id":"u-dana","properties":{"groups":["engineering"]}} """;
    private const string Trigger = """ "action":{"name":"incidents.trigger"},"resource":{"type":"method","id":"x"} """;
    private const string DebugWrite = """ "action":{"name":"use"},"resource":{"type":"tool","id":"logs.debug.write"} """;

    [Theory]
    [InlineData($"{Sam},{Trigger}", true, "role:sre")]
    [InlineData($"{Dana},{Trigger}", false, "default-deny")]
    [InlineData(
        $$"""{{Sam}},{{Trigger}},"context":{"actors":["gateway","sample-agent"],"scopes":["incidents.trigger"]}""", true, "role:sre")]
    [InlineData($$"""{{Sam}},{{Trigger}},"context":{"actors":["gateway","stranger"]}""", false, "actor:stranger")]
    [InlineData($$"""{{Sam}},{{Trigger}},"context":{"scopes":["logs.read"]}""", false, "token-scope")]
    [InlineData($$"""{{Sam}},{{DebugWrite}},"context":{"arguments":{"service":"checkout"} }""", true, "role:sre")]
    [InlineData($$"""{{Sam}},{{DebugWrite}},"context":{"arguments":{"service":"payments"} }""", false, "no-debug-on-payments")]
    [InlineData($$"""{{Sam}},"action":{"name":"logs.nothing"},"resource":{"type":"method","id":"x"}""", false, "unknown-method")]
    [InlineData($$""" "subject":{"type":"service","id":"u-sam","properties":{"groups":["site-reliability"]} },{{Trigger}}""", false,
        "default-deny")]
    [InlineData($$"""{{Sam}},{{Trigger}},"unknown":[1],"context":{"other":{"a":1} }""", true, "role:sre")]
    public async Task Evaluation_IsDecidedByThePolicyInForce(string members, bool decision, string rule)
    {
        using var response = await PostAsync("{" + members + "}");
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(decision, answer.GetProperty("decision").GetBoolean());
        Assert.Equal(rule, answer.GetProperty("context").GetProperty("rule").GetString());
        Assert.StartsWith("sha256:", answer.GetProperty("context").GetProperty("policy_digest").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not one JSON object")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{", "not one JSON object")]
    [InlineData("{}", "subject: is required and missing")]
    [InlineData($$"""{ {{Sam}},"action":{"name":"a"} }""", "resource: is required and missing")]
    [InlineData($$"""{ {{Sam}},"resource":{"type":"tool","id":"a"} }""", "action: is required and missing")]
    [InlineData($$"""{ "subject":{"id":"u"},{{Trigger}} }""", "subject.type: is required and missing")]
    [InlineData($$"""{ "subject":{"type":"user"},{{Trigger}} }""", "subject.id: is required and missing")]
    [InlineData($$"""{ "subject":{"type":"user","id":7},{{Trigger}} }""", "subject.id: must be a string")]
    [InlineData($$"""{ "subject":"u",{{Trigger}} }""", "subject: must be an object")]
    [InlineData($$"""{ {{Sam}},"action":{},"resource":{"type":"tool","id":"a"} }""", "action.name: is required and missing")]
    [InlineData($$"""{ {{Sam}},"action":{"name":"a"},"resource":{"type":"tool"} }""", "resource.id: is required and missing")]
    [InlineData($$"""{ {{Sam}},{{Trigger}},"context":[] }""", "context: must be an object")]
    [InlineData($$"""{ {{Sam}},{{Trigger}},"context":{"scopes":"logs.read"} }""", "context.scopes: must be an array")]
    [InlineData($$"""{ {{Sam}},{{Dana}},{{Trigger}} }""", "not one JSON object")]
    public async Task Evaluation_ThatIsMalformed_IsABadRequestNamingTheMember(string body, string detail)
    {
        using var response = await PostAsync(body);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluation_OfAnotherContentType_IsABadRequest()
    {
        using var response = await PostAsync($$"""{ {{Sam}},{{Trigger}} }""", contentType: "text/plain");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Evaluation_ThatIsTooLarge_IsRefused()
    {
        using var response = await PostAsync($$"""{ {{Sam}},{{Trigger}},"x":"{{new string('x', 2 * 1024 * 1024)}}" }""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData($$"""{ {{Sam}},{{Trigger}} }""")]
    public async Task Evaluation_WithRequestId_EchoesIt(string body)
    {
        using var response = await PostAsync(body, requestId: "request-17");

        Assert.Equal("request-17", response.Headers.GetValues("X-Request-ID").Single());
    }

    [Fact]
    public async Task Evaluation_WithoutTheAppToken_IsRefused()
    {
        using var content = new StringContent($$"""{ {{Sam}},{{Trigger}} }""", Encoding.UTF8, "application/json");
        using var response = await service.Stranger.PostAsync("/access/v1/evaluation", content);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Metadata_NamesTheEvaluationEndpointUnderTheDecisionPointItself()
    {
        var metadata = await service.Stranger.GetFromJsonAsync<JsonElement>("/.well-known/authzen-configuration");
        var decisionPoint = metadata.GetProperty("policy_decision_point").GetString();

        Assert.Equal(service.Stranger.BaseAddress!.GetLeftPart(UriPartial.Authority), decisionPoint);
        Assert.Equal(decisionPoint + "/access/v1/evaluation", metadata.GetProperty("access_evaluation_endpoint").GetString());
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string contentType = "application/json", string? requestId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation")
        {
            Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(body))
            { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
            // A refusal by size closes the connection: ask before sending.
            Headers = { ExpectContinue = true },
        };
        if (requestId is not null)
            request.Headers.Add("X-Request-ID", requestId);

        return await service.Sidecar.SendAsync(request);
    }
}
