using McpMesh.Identity.Jose;
using McpMesh.Identity.Tests.Harness;
using McpMesh.Identity.Tokens;

namespace McpMesh.Identity.Tests.Tokens;

public sealed class AccessTokenWriterTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_wire_is_the_documented_one()
    {
        var compact = AccessTokenWriter.Write(SampleToken.At(s_now), SigningKey.Generate());
        Assert.True(Base64Url.TryDecode(compact.Split('.')[1], out var payload));
        Assert.Equal(
            """
            {"iss":"https://as.shop.example","sub":"u-dana","aud":"https://logs.mesh.example/mcp","client_id":"gateway","jti":"token-1",
            "scope":"analytics.query logs.read","iat":1795165200,"exp":1795165800,"txn":"txn-1","sid":"session-1","groups":["engineering"],
            "acr":"urn:example:mfa","grant":{"iss":"https://idp.shop.example","jti":"jag-1"},
            "act":{"sub":"gateway","act":{"sub":"sample-agent"}}}
            """.ReplaceLineEndings(""),
            System.Text.Encoding.UTF8.GetString(payload));
    }

    [Fact]
    public void A_chain_that_is_too_deep_is_never_cut()
    {
        var deep = SampleToken.At(s_now) with { Actors = new([.. Enumerable.Range(0, 9).Select(actor => $"actor-{actor}")]) };
        Assert.Throws<InvalidOperationException>(() => AccessTokenWriter.Write(deep, SigningKey.Generate()));
    }
}
