using System.Text;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Jose;

public sealed class JwtClaimsTests
{
    [Fact]
    public void Registered_claims_are_read()
    {
        var claims = Read("""{"iss":"i","sub":"s","aud":["a"],"jti":"j","iat":1000,"exp":2000.5,"groups":["x","y"]}""", out _)!;
        Assert.Equal(("i", "s", "a", "j"), (claims.Issuer, claims.Subject, claims.Audience, claims.TokenId));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1000), claims.IssuedAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(2000), claims.ExpiresAt);
        Assert.Equal(["x", "y"], claims.Texts("groups").AsEnumerable());
        Assert.Null(claims.NotBefore);
        Assert.True(claims.Texts("amr").IsDefault);
    }

    [Theory]
    [InlineData("""{"sub":"a","sub":"b"}""", "claims are malformed or have a duplicate member")]
    [InlineData("""{"sub":"a"} """ + "x", "claims are malformed or have a duplicate member")]
    [InlineData("""["sub"]""", "claims are not an object")]
    [InlineData("""{"sub":1}""", "claim sub is not a string")]
    [InlineData("""{"exp":"2000"}""", "claim exp is not a date")]
    [InlineData("""{"exp":1e300}""", "claim exp is not a date")]
    [InlineData("""{"exp":-1}""", "claim exp is not a date")]
    [InlineData("""{"aud":["a","b"]}""", "claim aud is not one audience")]
    [InlineData("""{"aud":[]}""", "claim aud is not one audience")]
    [InlineData("""{"aud":"\ud800"}""", "claim aud is not one audience")]
    public void Claims_that_break_a_rule_are_refused_with_that_rule(string json, string expected)
    {
        Assert.Null(Read(json, out var error));
        Assert.Equal(expected, error);
    }

    private static JwtClaims? Read(string json, out string? error) => JwtClaims.Read(Encoding.UTF8.GetBytes(json), out error);
}
