namespace McpMesh.Protocol.Tests;

public sealed class RevisionTests
{
    [Theory]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2024-11-05", "2025-11-25")]
    [InlineData("2026-07-28", "2025-11-25")]
    [InlineData("2099-01-01", "2025-11-25")]
    public void A_handshake_agrees_on_the_asked_revision_or_offers_the_newest_that_has_one(string asked, string agreed) =>
        Assert.Equal(agreed, McpRevision.Negotiate(asked).Version);
}
