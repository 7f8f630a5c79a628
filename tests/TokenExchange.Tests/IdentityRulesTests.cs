using McpMesh.Configuration;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests;

public sealed class IdentityRulesTests
{
    [Fact]
    public void The_sample_mesh_is_accepted() => IdentityRules.Check(MeshServer.Mesh);

    [Fact]
    public void A_token_may_not_live_longer_than_ten_minutes() =>
        Refused("accessTokenLifetime",
            mesh => mesh with { Identity = mesh.Identity with { AccessTokenLifetime = TimeSpan.FromMinutes(11) } });

    [Fact]
    public void The_issuer_must_be_https() =>
        Refused("identity.issuer", mesh => mesh with { Identity = mesh.Identity with { Issuer = new Uri("http://as.shop.example") } });

    [Fact]
    public void The_mesh_is_not_its_own_idp() => Refused(
        "identity.idp.issuer",
            mesh => mesh with { Identity = mesh.Identity with { Idp = mesh.Identity.Idp with { Issuer = mesh.Identity.Issuer } } });

    [Fact]
    public void No_agent_may_be_named_like_the_meshs_own_client() =>
        Refused("grantClientId", mesh => mesh with { Clients = mesh.Clients.Add(new() { Id = "mesh-broker" }) });

    [Fact]
    public void A_redirect_may_have_no_fragment() => Refused(
        "redirectUris",
        mesh => mesh with { Clients = mesh.Clients.Add(new() { Id = "x", RedirectUris = [new Uri("https://x.example/#f")] }) });

    [Fact]
    public void Two_servers_may_not_share_a_resource() => Refused(
        MeshServer.Logs, mesh => mesh with { Servers = mesh.Servers.Add("copy", new() { AppId = "copy", Resource = MeshServer.Logs }) });

    [Fact]
    public void An_unknown_assertion_source_has_no_fallback()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => AssertionSources.Choose("vendor", []));
        Assert.Contains("identity.idp.source", refusal.Message, StringComparison.Ordinal);
    }

    private static void Refused(string field, Func<MeshConfiguration, MeshConfiguration> change)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => IdentityRules.Check(change(MeshServer.Mesh)));
        Assert.Contains(field, refusal.Message, StringComparison.Ordinal);
    }
}
