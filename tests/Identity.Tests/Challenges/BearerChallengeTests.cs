using McpMesh.Identity.Challenges;

namespace McpMesh.Identity.Tests.Challenges;

public sealed class BearerChallengeTests
{
    [Fact]
    public void All_parts_stand_in_order() => Assert.Equal(
        "Bearer resource_metadata=\"https://m.example/x\", scope=\"logs.read\", error=\"invalid_token\", error_description=\"token " +
            "expired\"",
        BearerChallenge.Write("https://m.example/x", "logs.read", "invalid_token", "token expired"));

    [Fact]
    public void Absent_parts_leave_no_trace()
    {
        Assert.Equal("Bearer", BearerChallenge.Write(null));
        Assert.Equal("Bearer scope=\"a\"", BearerChallenge.Write(null, "a"));
    }

    [Fact]
    public void Nothing_breaks_out_of_the_quotes() =>
        Assert.Equal("Bearer error_description=\"a' b' c''d\"", BearerChallenge.Write(null, description: "a\" b\\ c\r\nd"));
}
