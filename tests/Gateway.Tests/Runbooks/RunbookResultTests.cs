using System.Text.Json;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Runbooks;

namespace McpMesh.Gateway.Tests.Runbooks;

public sealed class RunbookResultTests
{
    [Fact]
    public void The_output_is_there_structured_and_as_text()
    {
        var result = Of("""{"said":{"from":"/input/text"}}""", """{"text":"héllo"}""");

        Assert.Equal("success", result.Outcome);
        const string structured = """{"steps":{},"output":{"said":"héllo"}}""";
        var text = structured.Replace("\"", "\\\"", StringComparison.Ordinal);
        Assert.Equal(
            $$$"""{"resultType":"complete","content":[{"type":"text","text":"{{{text}}}"}],"structuredContent":{{{structured}}}}""", result.Result);
    }

    [Fact]
    public void A_result_over_the_limit_is_replaced_by_its_reason()
    {
        var result = Of("""{"from":"/input"}""", JsonSerializer.Serialize(new { text = new string('x', 1000) }));

        Assert.Equal("failed", result.Outcome);
        Assert.Equal("All steps were carried out, but the result exceeds the 1000 bytes that are kept.", result.Reason);
        using var json = JsonDocument.Parse(result.Result!);
        Assert.True(json.RootElement.GetProperty("isError").GetBoolean());
        Assert.Equal(result.Reason, json.RootElement.GetProperty("structuredContent").GetProperty("reason").GetString());
    }

    [Fact]
    public void An_output_that_binds_to_nothing_says_so()
    {
        var result = Of("""{"x":{"from":"/steps/none"}}""", "{}");

        Assert.Equal(("failed", "All steps were carried out, but output: /steps/none has no value."), (result.Outcome, result.Reason));
    }

    private static Gateway.Durable.DurableResult Of(string output, string input)
    {
        var run = new RunbookRun
        {
            Id = "call-1",
            Name = "test",
            Definition = new RunbookConfiguration { Steps = [], Output = JsonElement.Parse(output) },
            Input = JsonElement.Parse(input),
            Caller = new RunbookCaller { Subject = "dana", Groups = [], Scopes = [], Actors = [] },
            Delegation = "",
            DelegationEnds = default,
            MostBytes = 1000,
            Intent = new AuditEvent { Id = "1", Kind = AuditEventKind.Intent, Time = default, Emitter = "gateway" },
        };
        var scope = new RunbookScope(run.Input, new Dictionary<string, JsonElement>());
        return RunbookResult.Of(run, new Dictionary<string, StepReport>(), scope, failed: null);
    }
}
