namespace McpMesh.Configuration.Tests;

public sealed class MeshFileTests
{
    private static readonly string s_shipped = Path.Combine(AppContext.BaseDirectory, "config", "mesh.yaml");

    [Theory]
    [InlineData(null)]
    [InlineData("development")]
    [InlineData("staging")]
    [InlineData("production")]
    public void Load_ShippedMeshFile_BindsEverySection(string? environment)
    {
        var mesh = MeshFile.Load(s_shipped, environment, _ => null);

        Assert.Equal("shop.example", mesh.Organization);
        Assert.Equal(TimeSpan.FromMinutes(10), mesh.Identity.AccessTokenLifetime);
        Assert.Equal("http://127.0.0.1:8080", mesh.Gateway.PublicUrl.OriginalString);
        Assert.Equal(["analytics", "cost", "incidents", "logs"], mesh.Servers.Keys);
        Assert.Equal(["analytics.query"], mesh.Servers["incidents"].Calls["summary.post"].ToArray());
        Assert.Equal(["jwt-bearer"], mesh.Clients.Single(client => client.Id == "ema-agent").Grants.ToArray());
        Assert.Equal("payments", mesh.Rules.Single().When!.Arguments["/service"].EqualTo);
        Assert.Equal(["errors", "orders", "cost", "open", "summary"], mesh.Runbooks["incident-triage"].Steps.Select(step => step.Id));
    }

    [Fact]
    public void Load_VariableIsSet_ReplacesTheDefault()
    {
        var mesh = MeshFile.Load(s_shipped, variables: name => name == "MESH_GATEWAY_URL" ? "https://mesh.example" : null);

        Assert.Equal("https://mesh.example", mesh.Gateway.PublicUrl.OriginalString);
    }

    [Fact]
    public void Load_EnvironmentWithoutFile_NamesTheKnownOnes()
    {
        var refused = Assert.Throws<MeshConfigurationException>(() => MeshFile.Load(s_shipped, "prodution", _ => null));

        Assert.EndsWith("there are: development, production, staging", refused.Errors.Single().Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EnvironmentThatIsAPath_IsRefused()
    {
        var refused = Assert.Throws<MeshConfigurationException>(() => MeshFile.Load(s_shipped, "../mesh", _ => null));

        Assert.Contains("not a name", refused.Errors.Single().Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ValuesOfARunbook_KeepTheirJsonTypes()
    {
        var mesh = MeshFile.Load(Path.Combine(AppContext.BaseDirectory, "golden", "runbooks.yaml"), variables: _ => null);

        var first = mesh.Runbooks["good"].Steps[0].With!.Value;
        Assert.Equal("""{"service":{"from":"/input/services/0/name"},"from":{"literal":{"from":"x"}},"n":1.5e3,"t":"true","u":null}""", first.GetRawText());
        Assert.Equal("""{"a":[1]}""", mesh.Runbooks["good"].Steps[2].When!.EqualTo!.Value.GetRawText());
    }
}
