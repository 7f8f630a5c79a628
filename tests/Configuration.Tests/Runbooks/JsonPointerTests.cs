using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Configuration.Runbooks;

namespace McpMesh.Configuration.Tests.Runbooks;

/// <summary>RFC 6901.</summary>
public sealed class JsonPointerTests
{
    // Section 5 of the RFC.
    private const string Document = """
        { "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8 }
        """;

    [Theory]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    public void Find_gives_what_the_RFC_says(string pointer, string expected)
    {
        using var document = JsonDocument.Parse(Document);

        Assert.Equal(expected, JsonPointer.Parse(pointer)!.Find(document.RootElement)!.Value.GetRawText());
    }

    [Theory]
    [InlineData("/foo/2")]
    [InlineData("/foo/-")]
    [InlineData("/foo/00")]
    [InlineData("/foo/01")]
    [InlineData("/foo/-1")]
    [InlineData("/foo/99999999999")]
    [InlineData("/foo/0/x")]
    [InlineData("/bar")]
    public void Find_of_what_is_not_there_gives_nothing(string pointer)
    {
        using var document = JsonDocument.Parse(Document);

        Assert.Null(JsonPointer.Parse(pointer)!.Find(document.RootElement));
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("#/foo")]
    [InlineData("/~")]
    [InlineData("/a~2")]
    [InlineData("/~/a")]
    public void Parse_refuses_what_is_no_pointer(string text) => Assert.Null(JsonPointer.Parse(text));

    [Fact]
    public void Text_of_any_segments_parses_to_the_same_segments() => Prop.ForAll(
        ArbMap.Default.ArbFor<string[]>().Filter(segments => segments.All(segment => segment is not null)),
        segments => JsonPointer.Parse(new JsonPointer([.. segments]).ToString())!.Segments.SequenceEqual(segments))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_pointer_through_nested_objects_finds_their_innermost_value() => Prop.ForAll(
        ArbMap.Default.ArbFor<string[]>().Filter(segments => segments.Length < 20 && segments.All(IsText)),
        segments =>
        {
            var json = segments.Reverse().Aggregate("42", (inner, segment) => $"{{{JsonSerializer.Serialize(segment)}:{inner}}}");
            using var document = JsonDocument.Parse(json);
            return JsonPointer.Parse(new JsonPointer([.. segments]).ToString())!.Find(document.RootElement)?.GetRawText() == "42";
        }).QuickCheckThrowOnFailure();

    // Half of a surrogate pair is no text, and JSON cannot hold it.
    private static bool IsText(string? text) => text is not null && !text.Any(char.IsSurrogate);
}
