using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.TokenExchange.Tests.Sessions;

public sealed class SessionRenewalTests : MeshServerTests
{
    [Fact]
    public async Task An_id_token_near_its_end_is_renewed_once_and_the_rotated_refresh_token_is_kept()
    {
        var tokens = await Agent.GetTokensAsync();
        var before = Server.Idp.CurrentRefreshToken;
        for (var round = 1; round <= 3; round++)
        {
            Server.Clock.Advance(TimeSpan.FromMinutes(61));
            (var status, tokens) = await Agent.TokenAsync(Agent.RefreshForm(tokens));
            Assert.Equal(200, status);
            Assert.Equal(round, Server.Idp.RefreshCount);
        }

        Assert.NotEqual(before, Server.Idp.CurrentRefreshToken);
    }

    [Fact]
    public async Task Parallel_hops_over_an_expired_id_token_use_the_refresh_token_once()
    {
        Server.Idp.IdTokenLife = TimeSpan.FromMinutes(2);
        var tokens = await Agent.GetTokensAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(3));
        var token = (string)tokens["access_token"]!;
        var hops = await Task.WhenAll(
            Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read"),
            Agent.HopAsync("gateway", token, MeshServer.Analytics, "analytics.query"),
            Agent.HopAsync("gateway", token, MeshServer.Incidents, "incidents.summary.post"));
        Assert.All(hops, hop => Assert.Equal(200, hop.Status));
        Assert.Equal(1, Server.Idp.RefreshCount);
    }

    [Fact]
    public async Task Two_replicas_use_one_refresh_token_once()
    {
        var session = (string)Agent.Claims(await Agent.GetTokensAsync())["sid"]!;
        Server.Clock.Advance(TimeSpan.FromHours(2));
        var replicas = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<SessionTokens>(Server.Services)).ToArray();
        var renewed = await Task.WhenAll(replicas.Select(replica => Task.Run(() => replica.GetIdTokenAsync(session,
            CancellationToken.None).AsTask())));
        Assert.Single(renewed.Distinct());
        Assert.Equal(1, Server.Idp.RefreshCount);
    }

    [Fact]
    public async Task A_session_ends_with_its_longest_life_however_often_it_is_renewed()
    {
        var tokens = await Agent.GetTokensAsync();
        Server.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal("invalid_grant", (string?)(await Agent.TokenAsync(Agent.RefreshForm(tokens))).Body["error"]);
    }

    [Fact]
    public async Task No_token_outlives_the_session()
    {
        var tokens = await Agent.GetTokensAsync();
        Server.Clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromMinutes(4));
        var (_, last) = await Agent.TokenAsync(Agent.RefreshForm(tokens));
        Assert.Equal(240, (long)last["expires_in"]!);
    }

    [Fact]
    public async Task A_sealed_session_does_not_open_for_another_subject()
    {
        await Agent.GetTokensAsync();
        var cipher = Server.Services.GetRequiredService<SessionCipher>();
        var text = await cipher.SealAsync(new("id", "refresh"), "sid", "u-dana", CancellationToken.None);
        var session = new SsoSession
        {
            Id = "sid",
            Issuer = OrganizationIdp.Issuer,
            Subject = "u-dana",
            ExpiresAt = Server.Clock.GetUtcNow(),
            IdTokenIssuedAt = Server.Clock.GetUtcNow(),
            IdTokenExpiresAt = Server.Clock.GetUtcNow(),
            Sealed = text,
        };
        Assert.Equal("refresh", (await cipher.OpenAsync(session, CancellationToken.None))!.RefreshToken);
        Assert.Null(await cipher.OpenAsync(session with { Subject = "u-sam" }, CancellationToken.None));
        Assert.Null(await cipher.OpenAsync(session with { Id = "other" }, CancellationToken.None));
    }
}
