namespace McpMesh.Identity.Tests.Harness;

internal static class SampleToken
{
    public const string Issuer = "https://as.shop.example";
    public const string Resource = "https://logs.mesh.example/mcp";

    public static AccessToken At(DateTimeOffset now) => new()
    {
        Issuer = Issuer,
        Subject = "u-dana",
        Audience = Resource,
        ClientId = "gateway",
        TokenId = "token-1",
        Scopes = ["analytics.query", "logs.read"],
        Groups = ["engineering"],
        IssuedAt = now,
        ExpiresAt = now.AddMinutes(10),
        Transaction = "txn-1",
        Session = "session-1",
        Actors = new(["gateway", "sample-agent"]),
        Grant = new("https://idp.shop.example", "jag-1"),
        AuthenticationContext = "urn:example:mfa",
    };
}
