using System.Text.Json;
using McpMesh.Gateway.Runbooks;

namespace McpMesh.Gateway.Tests.Runbooks;

public sealed class InputSchemaTests
{
    private const string Schema = """
        {
          "type": "object",
          "properties": {
            "service": { "type": "string", "minLength": 2, "maxLength": 4, "format": "anything" },
            "severity": { "enum": ["high", "low", 1] },
            "count": { "type": "integer", "minimum": 1, "maximum": 10.5 },
            "ratio": { "type": ["number", "null"] },
            "items": { "type": "array", "minItems": 1, "maxItems": 2, "items": { "type": "object", "required": ["a/b"], "properties": { "a/b": { "const": true } } } },
            "open": { "type": "object", "additionalProperties": { "type": "boolean" } }
          },
          "required": ["service"],
          "additionalProperties": false
        }
        """;

    [Theory]
    [InlineData("""{"service":"ab"}""")]
    [InlineData("""{"service":"😀😀😀😀","severity":1.0,"count":10.0,"ratio":null,"items":[{"a/b":true,"more":1}],"open":{"x":true}}""")]
    [InlineData("""{"service":"abcd","ratio":1e400}""")]
    public void What_fits_breaks_no_rule(string value) => Assert.Null(Violation(value));

    [Theory]
    [InlineData("[]", "params.arguments must be of type object.")]
    [InlineData("{}", "params.arguments/service is required.")]
    [InlineData("""{"service":1}""", "params.arguments/service must be of type string.")]
    [InlineData("""{"service":"a"}""", "params.arguments/service must have at least 2 characters.")]
    [InlineData("""{"service":"abcde"}""", "params.arguments/service must have at most 4 characters.")]
    [InlineData("""{"service":"ab","service":"cd"}""", "params.arguments/service is given twice.")]
    [InlineData("""{"service":"ab","other":1}""", "params.arguments/other is not an argument of this runbook.")]
    [InlineData("""{"service":"ab","severity":"none"}""", "params.arguments/severity must be one of [\"high\", \"low\", 1].")]
    [InlineData("""{"service":"ab","count":1.5}""", "params.arguments/count must be of type integer.")]
    [InlineData("""{"service":"ab","count":0}""", "params.arguments/count must not be less than 1.")]
    [InlineData("""{"service":"ab","count":11}""", "params.arguments/count must not be more than 10.5.")]
    [InlineData("""{"service":"ab","count":1e300}""", "params.arguments/count must not be more than 10.5.")]
    [InlineData("""{"service":"ab","ratio":"x"}""", "params.arguments/ratio must be of type number or null.")]
    [InlineData("""{"service":"ab","items":[]}""", "params.arguments/items must have at least 1 items.")]
    [InlineData("""{"service":"ab","items":[1,2,3]}""", "params.arguments/items must have at most 2 items.")]
    [InlineData("""{"service":"ab","items":[{"a/b":true},{}]}""", "params.arguments/items/1/a~1b is required.")]
    [InlineData("""{"service":"ab","items":[{"a/b":false}]}""", "params.arguments/items/0/a~1b must be true.")]
    [InlineData("""{"service":"ab","open":{"x":1}}""", "params.arguments/open/x must be of type boolean.")]
    public void What_does_not_fit_breaks_the_rule_that_is_named(string value, string violation) => Assert.Equal(violation, Violation(value));

    private static string? Violation(string value) => InputSchema.Violation(JsonElement.Parse(Schema), JsonElement.Parse(value));
}
