using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Configuration.Runbooks;
using McpMesh.Gateway.Runbooks;

namespace McpMesh.Gateway.Tests.Runbooks;

/// <summary>What bindings give.</summary>
public sealed class RunbookTemplateTests
{
    private static readonly RunbookScope Scope = new(
        Json("""{"service":"checkout","nested":{"a/b":[1,2.50]}}"""),
        new Dictionary<string, JsonElement> { ["open"] = Json("""{"id":"INC-1","n":null}"""), ["list"] = Json("""[{"x":1},{"x":2}]""") },
        Json("""{"name":"item"}"""),
        3);

    [Theory]
    [InlineData("""{"a":{"from":"/input/service"}}""", """{"a":"checkout"}""")]
    [InlineData("""{"from":"/input/nested"}""", """{"a/b":[1,2.50]}""")]
    [InlineData("""[{"from":"/input/nested/a~1b/1"},{"from":"/steps/open/id"},"x",1.0,null,true]""", """[2.50,"INC-1","x",1.0,null,true]""")]
    [InlineData("""{"i":{"from":"/item/name"},"n":{"from":"/index"}}""", """{"i":"item","n":3}""")]
    [InlineData("""{"a":{"from":"/steps/list/1/x"},"b":{"from":"/steps/open/n"}}""", """{"a":2,"b":null}""")]
    [InlineData("""{"a":{"from":"/steps/none/x","default":{"from":"/input/service"}}}""", """{"a":{"from":"/input/service"}}""")]
    [InlineData("""{"a":{"from":"/input/none","default":null},"b":{"from":"/input/none"}}""", """{"a":null}""")]
    [InlineData("""{"text":["Orders: ",{"from":"/steps/list"}," of ",{"from":"/input/service"},"."]}""", "\"Orders: [{\\\"x\\\":1},{\\\"x\\\":2}] of checkout.\"")]
    [InlineData("""{"literal":{"from":"/input/service"}}""", """{"from":"/input/service"}""")]
    [InlineData("""{"from":"2026-01-01","to":{"from":"/input/service"}}""", """{"from":"2026-01-01","to":"checkout"}""")]
    [InlineData("""{"text":"plain"}""", """{"text":"plain"}""")]
    public void Fill_puts_values_in_the_place_of_bindings(string template, string expected) =>
        Assert.Equal(expected, RunbookTemplate.Fill(Json(template), Scope));

    [Theory]
    [InlineData("""{"a":{"from":"/steps/open/nothing"}}""", "/steps/open/nothing has no value.")]
    [InlineData("""{"from":"/input/nothing"}""", "/input/nothing has no value.")]
    [InlineData("""[{"from":"/input/nothing"}]""", "/input/nothing has no value.")]
    [InlineData("""{"text":[{"from":"/steps/list/7"}]}""", "/steps/list/7 has no value.")]
    public void Fill_of_a_binding_to_nothing_says_which(string template, string message) =>
        Assert.Equal(message, Assert.Throws<BindingException>(() => RunbookTemplate.Fill(Json(template), Scope)).Message);

    [Fact]
    public void Items_are_those_of_a_list_that_is_short_enough()
    {
        Assert.Equal(2, RunbookTemplate.Items("/steps/list", 2, Scope).Count);
        Assert.Equal(
            "/steps/list has 2 items, more than 1.",
            Assert.Throws<BindingException>(() => RunbookTemplate.Items("/steps/list", 1, Scope)).Message);
        Assert.Equal(
            "/input/service is not a list.",
            Assert.Throws<BindingException>(() => RunbookTemplate.Items("/input/service", 1, Scope)).Message);
    }

    [Fact]
    public void A_value_that_is_bound_is_the_value_whatever_it_looks_like() => Prop.ForAll(
        ValueGenerator.Values,
        value =>
        {
            var scope = new RunbookScope(value, new Dictionary<string, JsonElement>());
            var filled = RunbookTemplate.Fill(Json("""{"x":{"from":"/input"}}"""), scope);
            return JsonElement.DeepEquals(Json(filled).GetProperty("x"), value);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_literal_is_the_value_whatever_it_looks_like() => Prop.ForAll(
        ValueGenerator.Values,
        value => JsonElement.DeepEquals(Json(RunbookTemplate.Fill(Json($$"""{"literal":{{value.GetRawText()}}}"""), Scope)), value))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_place_in_a_value_is_found_by_its_pointer() => Prop.ForAll(
        ValueGenerator.Values,
        value => PlacesIn(value, []).All(place =>
        {
            var pointer = JsonPointer.Parse(new JsonPointer(["input", .. place.Path]).ToString())!;
            return new RunbookScope(value, new Dictionary<string, JsonElement>()).Find(pointer) is { } found
                && JsonElement.DeepEquals(found, place.Value);
        }))
        .QuickCheckThrowOnFailure();

    internal static JsonElement Json(string text) => JsonElement.Parse(text);

    private static IEnumerable<(string[] Path, JsonElement Value)> PlacesIn(JsonElement value, string[] path)
    {
        yield return (path, value);
        var below = value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Select(member => (Name: member.Name, member.Value)),
            JsonValueKind.Array => value.EnumerateArray().Select((item, i) => (Name: $"{i}", Value: item)),
            _ => [],
        };
        foreach (var (name, inner) in below)
            foreach (var place in PlacesIn(inner, [.. path, name])) yield return place;
    }
}
