using McpMesh.Gateway.Runbooks;

namespace McpMesh.Gateway.Tests.Runbooks;

public sealed class StepValueTests
{
    [Theory]
    [InlineData("""{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1}}""", """{"a":1}""")]
    [InlineData("""{"content":[{"type":"text","text":"t"}]}""", """[{"type":"text","text":"t"}]""")]
    [InlineData("""{"content":[],"structuredContent":null}""", "[]")]
    public void A_steps_value_is_what_is_structured_else_the_content(string result, string expected) =>
        Assert.Equal(expected, StepValue.Of(result).GetRawText());

    [Theory]
    [InlineData("""{"content":[{"type":"image"},{"type":"text","text":"why"}],"isError":true}""", "why")]
    [InlineData("""{"content":[]}""", null)]
    [InlineData("""{"content":"odd"}""", null)]
    [InlineData(null, null)]
    public void The_text_of_a_failure_is_the_first_that_there_is(string? result, string? expected) =>
        Assert.Equal(expected, StepValue.TextOf(result));
}
