using FsCheck;
using FsCheck.Fluent;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Jose;

public sealed class Base64UrlTests
{
    [Fact]
    public void Every_byte_string_has_exactly_one_spelling() => Prop.ForAll<byte[]>(bytes =>
    {
        Assert.True(Base64Url.TryDecode(Base64Url.Encode(bytes), out byte[] decoded));
        Assert.Equal(bytes, decoded);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_decodes_encodes_to_the_same_text() => Prop.ForAll<string>(text =>
        Assert.True(text is null || !Base64Url.TryDecode(text, out byte[] decoded) || Base64Url.Encode(decoded) == text))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("A")]
    [InlineData("AB")]
    [InlineData("AAB")]
    [InlineData("AA==")]
    [InlineData(" AAAA")]
    [InlineData("AAAA\n")]
    [InlineData("AA+A")]
    [InlineData("AA/A")]
    [InlineData("ÀAAA")]
    public void Anything_but_the_canonical_spelling_is_refused(string text) => Assert.False(Base64Url.TryDecode(text, out byte[] _));
}
