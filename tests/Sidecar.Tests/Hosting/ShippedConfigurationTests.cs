using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Tests.Hosting;

public sealed class ShippedConfigurationTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("gateway", "POST", "/hop", true)]
    [InlineData("adapter-incidents", "POST", "/hop", true)]
    [InlineData("policy", "POST", "/hop", false)]
    [InlineData("agent", "POST", "/hop", false)]
    [InlineData("gateway", "POST", "/delegation", true)]
    [InlineData("adapter-incidents", "POST", "/delegation", false)]
    [InlineData("policy", "POST", "/delegation", false)]
    [InlineData("gateway", "POST", "/token", false)]
    [InlineData("audit", "GET", "/jwks", true)]
    [InlineData("policy", "GET", "/.well-known/oauth-authorization-server", true)]
    public void Token_exchange_answers_hops_only_for_those_who_make_them(string caller, string verb, string operation, bool allowed)
    {
        var configuration = MeshConfiguration.Read([Path.Combine(Root, "config/dapr/token-exchange.yaml")]);
        Assert.Equal(allowed, configuration.Access.Allows(caller, "default", operation, verb));
    }

    [Theory]
    [InlineData("signing-key", false)]
    [InlineData("session-key", false)]
    [InlineData("idp-client-secret", false)]
    [InlineData("ema-agent-secret", false)]
    [InlineData("warehouse-connection", true)]
    public void Every_other_sidecar_is_kept_from_the_secrets_of_token_exchange(string secret, bool allowed)
    {
        var configuration = MeshConfiguration.Read([Path.Combine(Root, "config/dapr/default.yaml")]);
        Assert.Equal(allowed, Assert.Single(configuration.SecretScopes).Allows(secret));
    }

    [Fact]
    public void Local_and_redis_components_have_the_same_names()
    {
        string[] expected = ["pubsub", "secrets", "statestore"];
        foreach (var folder in new[] { "components/local", "components/redis" })
        {
            var read = ComponentReader.Read(new ResourceFolder([Path.Combine(Root, folder)], _ => { }).ReadStrictly().Of("Component"));
            Assert.Equal(expected, read.Select(component => component.Name).Order(StringComparer.Ordinal));
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "McpMesh.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
