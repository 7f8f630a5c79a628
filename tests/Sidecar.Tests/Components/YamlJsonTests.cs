using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Tests.Components;

public sealed class YamlJsonTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text", "text")]
    [InlineData("\"quoted\"", "quoted")]
    [InlineData("'5'", "5")]
    [InlineData("5", "5")]
    [InlineData("-17", "-17")]
    [InlineData("1_000", "1000")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("017", "15")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("2e20", "200000000000000000000")]
    [InlineData("true", "true")]
    [InlineData("Yes", "true")]
    [InlineData("off", "false")]
    [InlineData("\"true\"", "true")]
    [InlineData("null", "")]
    [InlineData("~", "")]
    [InlineData("", "")]
    [InlineData("2026-01-31", "2026-01-31")]
    [InlineData("5s", "5s")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("{ b: [1, x, true], a: \"y\" }", "{\"a\":\"y\",\"b\":[1,\"x\",true]}")]
    [InlineData("|\n  two\n  lines\n", "two\nlines\n")]
    public void A_metadata_value_is_the_text_that_daprd_makes_of_it(string yaml, string text) =>
        Assert.Equal(text, YamlJson.TextOf(Value(yaml)));

    [Theory]
    [InlineData("{ a: 1, b: [x] }", "{ b: ['x'], a: 1 }")]
    [InlineData("{ a: yes }", "{ 'a': true }")]
    public void The_same_resource_in_another_spelling_has_the_same_json(string one, string other) =>
        Assert.Equal(YamlJson.Write(Value(one)), YamlJson.Write(Value(other)));

    private YamlNode Value(string yaml)
    {
        var root = Assert.Single(YamlResource.ReadFile(_folder.Write("value.yaml", $"value: {yaml}\n"))).Root;
        return root.Children[new YamlScalarNode("value")];
    }
}
