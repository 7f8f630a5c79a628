using System.Text.Json;
using McpMesh.Sidecar.Expressions;

namespace McpMesh.Sidecar.Tests.Expressions;

public sealed class CelExpressionTests
{
    private const string Event = """
        {"id":"1","type":"com.example.order","source":"shop/eu","specversion":"1.0","empty":"","nothing":null,
         "data":{"total":120.5,"count":3,"paid":true,"tags":["red","blue"],"customer":{"name":"Zoë 😀","vip":false},"odd key":1}}
        """;

    [Theory]
    // what Dapr's documentation shows
    [InlineData("""event.type == "com.example.order" """)]
    [InlineData("event.type == 'com.example.order'")]
    [InlineData("""has(event.data.count) && event.data.count == 3""")]
    [InlineData("""event.data.total > 100 && event.data.total <= 1000.5""")]
    [InlineData("""event.type == "widget" || event.type.startsWith("com.example.")""")]
    [InlineData("""!(event.type == "gadget")""")]
    // fields and indexes
    [InlineData("""event["type"] == event.type""")]
    [InlineData("""event.data["odd key"] == 1""")]
    [InlineData("""event.data.tags[1] == "blue" """)]
    [InlineData("event.data.customer.vip == false")]
    [InlineData("event.nothing == null")]
    [InlineData("event.data.paid")]
    // relations
    [InlineData("""event.type != "x" """)]
    [InlineData("event.data.count >= 3 && event.data.count < 4 && event.data.count == 3.0 && event.data.count != 3u + 0 == false", false)]
    [InlineData("""event.type < "d" && "😀" > "￿" """)]
    [InlineData("false < true")]
    [InlineData("""event.type in ["a", "com.example.order"]""")]
    [InlineData("""event.data.count in [1, 2.0, 3u]""")]
    [InlineData("""! ("x" in event.data.tags) && "red" in event.data.tags && "total" in event.data""")]
    [InlineData("event.data.tags == ['red', 'blue']")]
    [InlineData("event.type != 5")]
    // functions
    [InlineData("""has(event.data.customer.name) && !has(event.data.customer.age)""")]
    [InlineData("""size(event.data.tags) == 2 && event.data.tags.size() == 2 && size("") == 0""")]
    [InlineData("size(event.data.customer.name) == 5")]
    [InlineData("size(event.data.customer) == 2")]
    [InlineData("""event.source.endsWith("/eu") && event.source.contains("op/") && event.source.matches("^shop/[a-z]{2}$")""")]
    [InlineData("""matches(event.source, r'\w+/eu') && event.source.startsWith(event.empty)""")]
    // literals
    [InlineData("""'a\n\t\\\'"\x41\u00e9\U0001F600\101' == "a\n\t\\'\"A\u00e9😀A" """)]
    [InlineData(""" '''it's''' == "it's" && r"\n" == '\\n' """)]
    [InlineData("0x1F == 31 && 1.5e2 == 150 && .5 == 0.5 && 12u == 12 && -9223372036854775808 < 9223372036854775807")]
    [InlineData("true // the rest is a comment")]
    [InlineData("(((true)))")]
    // one side that decides makes the other's error irrelevant, in both orders
    [InlineData("true || event.no.such.field == 1")]
    [InlineData("event.no.such.field == 1 || true")]
    [InlineData("!(false && event.absent) && !(event.absent && false)")]
    public void A_condition_that_holds_is_true(string expression, bool isServed = true)
    {
        if (!isServed)
        {
            Assert.Throws<FormatException>(() => CelExpression.Parse(expression));
            return;
        }

        Assert.True(IsTrue(expression));
        Assert.False(IsTrue($"!({expression.Split("//")[0]})"));
    }

    [Theory]
    [InlineData("event.absent == 1", "no such key: absent")]
    [InlineData("event.data.customer.age > 1", "no such key: age")]
    [InlineData("event.type.name == 1", "no field 'name': a string has no fields")]
    [InlineData("event.data.tags[2] == 'x'", "index 2 is out of bounds")]
    [InlineData("event.type < 5", "a string and an int have no order")]
    [InlineData("event.nothing < 5", "null and an int have no order")]
    [InlineData("event.data.count.startsWith('x')", "a text function cannot take a double and a string")]
    [InlineData("size(event.data.count) == 1", "a double has no size")]
    [InlineData("event.type", "the result of match expression event.type was not a boolean")]
    [InlineData("event.type && true", "a condition is expected, not a string")]
    [InlineData("!event.data.count", "a condition is expected, not a double")]
    [InlineData("has(event.absent.x)", "no such key: absent")]
    [InlineData("'x' in event.type", "a string contains nothing")]
    public void An_event_that_a_condition_does_not_fit_is_an_error_and_not_false(string expression, string reason)
    {
        using var document = JsonDocument.Parse(Event);
        var error = Assert.Throws<CelEvaluationException>(() => CelExpression.Parse(expression).IsTrueOf(document.RootElement));
        Assert.Equal(reason, error.Message);
    }

    [Theory]
    [InlineData("", "column 1: the end is not expected here")]
    [InlineData("event.type = 'x'", "column 12: '=' is not expected here")]
    [InlineData("event.type == 'x", "column 15: the string does not end")]
    [InlineData("event.type == \"\\q\"", "column 16: '\\q' is not an escape")]
    [InlineData("data.type == 'x'", "column 1: 'data' is unknown: the one variable is 'event'")]
    [InlineData("event.type == 'x' &&", "column 21: the end is not expected here")]
    [InlineData("event.type == 'x' event", "column 19: 'event' is not expected here")]
    [InlineData("(event.type == 'x'", "column 19: ')' is expected here, not the end")]
    [InlineData("event.data.n + 1 == 2",
        "column 14: '+': arithmetic is not served in a match; comparisons, && || !, in and text functions are")]
    [InlineData("event.a ? true : false",
        "column 9: '?': a conditional is not served in a match; comparisons, && || !, in and text functions are")]
    [InlineData("event.data == {'a': 1}",
        "column 15: '{': a map is not served in a match; comparisons, && || !, in and text functions are")]
    [InlineData("event.data.tags.exists(t, t == 'x')",
        "column 24: 't' is unknown: the one variable is 'event'")]
    [InlineData("string(event.data.n) == '1'",
        "column 1: the function 'string' is not served; has, size, startsWith, endsWith, contains and matches are")]
    [InlineData("event.type.matches('(')",
        "column 12: the pattern of matches() cannot be used: Invalid pattern '(' at offset 1. Not enough )'s.")]
    [InlineData("event.type.matches(event.source)", "column 12: the pattern of matches() must be written in the expression")]
    [InlineData("has(event)", "column 1: has() takes a field: has(event.data.x)")]
    [InlineData("event.type.startsWith('a', 'b')", "column 12: 'startsWith' takes one argument, not 2")]
    [InlineData("'a' == 1", "column 5: '==' does not go with a string and an int")]
    [InlineData("'a' < ['b']", "column 5: '<' does not go with a string and a list")]
    [InlineData("1 in 'x'", "column 3: 'in' does not go with an int and a string")]
    [InlineData("'yes'", "column 1: a condition is expected here, not a string")]
    [InlineData("size(event.type)", "column 1: a condition is expected here, not an int")]
    [InlineData("event.type == 'a' || 5", "column 22: a condition is expected here, not an int")]
    [InlineData("event.n == 9223372036854775808", "column 12: '9223372036854775808' is too large")]
    [InlineData("event.n == 12abc", "column 12: '12a' is not a number")]
    public void What_is_not_served_is_refused_with_its_place_and_the_rule(string expression, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => CelExpression.Parse(expression)).Message);

    [Fact]
    public void Size_and_depth_are_bounded()
    {
        Assert.Contains("longer than 4096", Refusal($"event.type == '{new string('x', 4096)}'"), StringComparison.Ordinal);
        Assert.Contains("nested deeper than 32", Refusal(new string('(', 100) + "true" + new string(')', 100)), StringComparison.Ordinal);
        Assert.Contains("nested deeper than 32", Refusal(new string('!', 4000) + "true"), StringComparison.Ordinal);
        Assert.Contains("longer than 64 steps", Refusal("event" + string.Concat(Enumerable.Repeat(".a", 1000))), StringComparison.Ordinal);
        Assert.True(IsTrue(string.Join(" && ", Enumerable.Repeat("true", 500))));

        static string Refusal(string text) => Assert.Throws<FormatException>(() => CelExpression.Parse(text)).Message;
    }

    [Fact]
    public void A_pattern_that_would_explode_elsewhere_takes_linear_time()
    {
        using var document = JsonDocument.Parse($$"""{"data":"{{new string('a', 100_000)}}"}""");
        Assert.False(CelExpression.Parse("event.data.matches('^(a+)+$') && event.data.matches('(a|aa)+b')").IsTrueOf(document.RootElement));
    }

    [Fact]
    public void Text_that_no_string_can_hold_is_an_error()
    {
        using var document = JsonDocument.Parse("""{"data":"\ud800"}""");
        Assert.Throws<CelEvaluationException>(() => CelExpression.Parse("event.data.startsWith('x')").IsTrueOf(document.RootElement));
    }

    private static bool IsTrue(string expression)
    {
        using var document = JsonDocument.Parse(Event);
        return CelExpression.Parse(expression).IsTrueOf(document.RootElement);
    }
}
