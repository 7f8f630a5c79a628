using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Gateway.Runbooks;

namespace McpMesh.Gateway.Tests.Runbooks;

public sealed class RunbookConditionTests
{
    private static readonly RunbookScope Scope = new(
        JsonElement.Parse("""{"n":1,"o":{"a":1,"b":2},"z":null}"""), new Dictionary<string, JsonElement>(), JsonElement.Parse("\"x\""), 0);

    [Theory]
    [InlineData("/input/n", "1.0", null, null, true)]
    [InlineData("/input/n", "2", null, null, false)]
    [InlineData("/input/n", "\"1\"", null, null, false)]
    [InlineData("/input/o", """{"b":2,"a":1}""", null, null, true)]
    [InlineData("/input/z", "null", null, null, true)]
    [InlineData("/input/none", "null", null, null, false)]
    [InlineData("/input/n", null, "1", null, false)]
    [InlineData("/input/n", null, "2", null, true)]
    [InlineData("/input/none", null, "1", null, true)]
    [InlineData("/input/z", null, "null", null, false)]
    [InlineData("/input/z", null, null, true, true)]
    [InlineData("/input/none", null, null, true, false)]
    [InlineData("/input/none", null, null, false, true)]
    [InlineData("/steps/skipped", null, null, false, true)]
    [InlineData("/item", "\"x\"", "\"y\"", true, true)]
    [InlineData("/index", "0", null, null, true)]
    public void All_that_is_given_must_hold(string from, string? equals, string? not, bool? exists, bool expected) =>
        Assert.Equal(expected, RunbookCondition.Holds(Condition(from, equals, not, exists), Scope));

    [Fact]
    public void A_test_for_null_comes_through_the_history_as_it_was()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { IncludeFields = true };
        var condition = Condition("/input/z", null, "null", null);

        var read = JsonSerializer.Deserialize<RunbookConditionConfiguration>(JsonSerializer.Serialize(condition, options), options)!;

        Assert.Null(read.EqualTo);
        Assert.Equal(JsonValueKind.Null, read.Not!.Value.ValueKind);
    }

    private static RunbookConditionConfiguration Condition(string from, string? equals, string? not, bool? exists) => new()
    {
        From = from,
        EqualTo = equals is null ? null : JsonElement.Parse(equals),
        Not = not is null ? null : JsonElement.Parse(not),
        Exists = exists,
    };
}
