using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;
using Xunit.Abstractions;

namespace McpMesh.Sidecar.Conformance;

[Collection(nameof(BareSidecar))]
public sealed class EngineTests(BareSidecar mesh, ITestOutputHelper output)
{
    public static TheoryData<string> UnderTest => [SidecarProgram.Description];

    /// <summary>The name of the test says which sidecar all of this suite ran on.</summary>
    [Theory]
    [MemberData(nameof(UnderTest))]
    public async Task This_suite_runs_on(string sidecar)
    {
        var metadata = (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json;

        var isEmbedded = metadata.GetProperty("extended").TryGetProperty("runtime", out var runtime) && runtime.ValueEquals("mcpmesh-embedded");
        Assert.Equal(SidecarProgram.IsDaprd, !isEmbedded);
        output.WriteLine($"{sidecar}, release {metadata.GetProperty("runtimeVersion")}");
    }
}
