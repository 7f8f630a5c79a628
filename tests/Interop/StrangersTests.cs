using System.Globalization;
using System.Text.RegularExpressions;

namespace McpMesh.Interop;

/// <summary>Each suite of clients that nobody here wrote must pass whole against the running mesh.</summary>
[Collection(MeshCollection.Name)]
public sealed partial class StrangersTests(InteropMesh interop)
{
    [Theory]
    [InlineData("mcp-client-2.test.mjs", 7)]
    [InlineData("mcp-sdk-1.test.mjs", 4)]
    [InlineData("openid-client.test.mjs", 6)]
    [InlineData("jose.test.mjs", 6)]
    public async Task Suite_passes_whole(string suite, int tests)
    {
        var (exitCode, output) = await interop.Node.TestAsync(suite, new Dictionary<string, string>
        {
            ["MESH_GATEWAY_URL"] = Text(interop.Mesh.Gateway),
            ["MESH_AS_URL"] = Text(interop.Mesh.TokenExchange),
            ["MESH_IDP_URL"] = Text(interop.Mesh.Idp),
            ["MESH_EMA_SECRET"] = interop.Mesh.Secret("ema-agent-secret"),
            ["MESH_EMA_IDP_SECRET"] = interop.Mesh.Secret("ema-idp-secret"),
        });

        Assert.True(exitCode == 0, output);
        Assert.Equal(tests, int.Parse(PassPattern().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    private static string Text(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex(@"^# pass (\d+)", RegexOptions.Multiline)]
    private static partial Regex PassPattern();
}
