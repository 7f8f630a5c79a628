using FsCheck;
using FsCheck.Fluent;
using McpMesh.Sidecar.Invocation;

namespace McpMesh.Sidecar.Tests.Invocation;

public sealed class MethodPathTests
{
    [Theory]
    [InlineData("/hop", "/hop", "/hop")]
    [InlineData("/%68op", "/hop", "/hop")]
    [InlineData("//hop", "/hop", "/hop")]
    [InlineData("/a/../hop", "/hop", "/hop")]
    [InlineData("/a/%2e%2e/hop", "/hop", "/hop")]
    [InlineData("/../../hop", "/hop", "/hop")]
    [InlineData("/a%20b/", "/a%20b", "/a b")]
    [InlineData("/hop/", "/hop", "/hop")]
    [InlineData("/", "/", "/")]
    [InlineData("/a%2Fb", "/a/b", "/a/b")]
    [InlineData("", "/", "/")]
    [InlineData("/.well-known/x", "/.well-known/x", "/.well-known/x")]
    public void Every_spelling_becomes_one(string raw, string encoded, string decoded)
    {
        var path = MethodPath.Parse(raw);
        Assert.Equal((encoded, decoded), (path.Encoded, path.Decoded));
    }

    [Fact]
    public void What_the_policy_judges_is_what_the_app_decodes() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var path = MethodPath.Parse("/" + Uri.EscapeDataString(text ?? "").Replace("%2F", "/", StringComparison.Ordinal));
            return Uri.UnescapeDataString(path.Encoded) == path.Decoded && !path.Decoded.Split('/').Contains("..");
        }).QuickCheckThrowOnFailure();
}
