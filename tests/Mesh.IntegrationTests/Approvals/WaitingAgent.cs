using System.Text.Json.Nodes;
using McpMesh.IntegrationTests.BadInput;

namespace McpMesh.IntegrationTests.Approvals;

/// <summary>An agent that says of itself what the test wants.</summary>
internal sealed class WaitingAgent(ApprovalMesh mesh, string token, string capabilities = "{}") : IDisposable
{
    public const string OpensUrls = """{"elicitation":{"url":{}}}""";
    public const string KnowsTasks = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
    public const string KnowsBoth = """{"elicitation":{"url":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly McpCaller _http = new(new Uri(mesh.Mesh.Gateway, "/mcp"));

    public Task<McpAnswer> CallAsync(string what, string? requestState = null)
    {
        var parameters = new JsonObject { ["name"] = "effects.act", ["arguments"] = new JsonObject { ["what"] = what } };
        if (requestState is not null)
        {
            parameters["requestState"] = requestState;
            parameters["inputResponses"] = new JsonObject { ["approval"] = new JsonObject { ["action"] = "accept" } };
        }

        return PostAsync("tools/call", parameters, "effects.act");
    }

    public Task<McpAnswer> TaskAsync(string method, string taskId) =>
        PostAsync(method, new JsonObject { ["taskId"] = taskId }, taskId);

    /// <summary>The answer to the call, once it is one that <paramref name="isWanted"/>: what comes before is asked again.</summary>
    public static async Task<McpAnswer> UntilAsync(Func<Task<McpAnswer>> ask, Func<McpAnswer, bool> isWanted)
    {
        for (var until = DateTimeOffset.UtcNow + Patience; ;)
        {
            McpAnswer? answer = null;
            try
            {
                answer = await ask();
                if (isWanted(answer)) return answer;
            }
            catch (HttpRequestException) when (DateTimeOffset.UtcNow < until)
            {
                // The gateways are down.
            }

            if (DateTimeOffset.UtcNow > until) throw new TimeoutException($"The last answer was {answer?.Status} {answer?.Body}");
            await Task.Delay(100);
        }
    }

    public void Dispose() => _http.Dispose();

    private Task<McpAnswer> PostAsync(string method, JsonObject parameters, string name)
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse(capabilities),
        };
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        return _http.PostAsync(token, message.ToJsonString(), method, name);
    }
}
