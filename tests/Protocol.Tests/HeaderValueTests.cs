using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Protocol.Tests;

public sealed class HeaderValueTests
{
    [Theory]
    [InlineData("us west 1", "us west 1")]
    [InlineData("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?=")]
    [InlineData(" padded ", "=?base64?IHBhZGRlZCA=?=")]
    [InlineData("line1\nline2", "=?base64?bGluZTEKbGluZTI=?=")]
    [InlineData("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=")]
    [InlineData("", "")]
    public void The_specifications_examples_hold_both_ways(string text, string header)
    {
        Assert.Equal(header, McpHeaderValue.Encode(text));
        Assert.True(McpHeaderValue.TryDecode(header, out var decoded));
        Assert.Equal(text, decoded);
    }

    [Theory]
    [InlineData("=?BASE64?YQ==?=")]
    [InlineData("=?base64?YQ==")]
    [InlineData("=?base64?=")]
    public void What_only_looks_like_the_sentinel_is_literal(string header)
    {
        Assert.True(McpHeaderValue.TryDecode(header, out var text));
        Assert.Equal(header, text);
    }

    [Theory]
    [InlineData("=?base64?%%%?=")]
    [InlineData("=?base64?YQ?=")]
    [InlineData("=?base64?Y Q==?=")]
    [InlineData("=?base64?/w==?=")]
    [InlineData("caf\u00e9")]
    [InlineData("a\tb")]
    public void What_is_not_a_value_is_refused(string header) => Assert.False(McpHeaderValue.TryDecode(header, out _));

    [Fact]
    public void White_space_around_a_value_is_not_part_of_it()
    {
        Assert.True(McpHeaderValue.TryDecode("  logs.read\t", out var text));
        Assert.Equal("logs.read", text);
    }

    [Fact]
    public void Every_text_comes_back_as_it_was() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            // Lone surrogates have no UTF-8 form.
            var unicode = string.Concat(text.Get.EnumerateRunes());
            var header = McpHeaderValue.Encode(unicode);
            Assert.All(header, c => Assert.InRange(c, ' ', '~'));
            Assert.True(McpHeaderValue.TryDecode(header, out var decoded));
            Assert.Equal(unicode, decoded);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_header_crashes_the_decoder() =>
        Prop.ForAll<NonNull<string>>(header => { McpHeaderValue.TryDecode("=?base64?" + header.Get + "?=", out _); })
            .QuickCheckThrowOnFailure();
}
