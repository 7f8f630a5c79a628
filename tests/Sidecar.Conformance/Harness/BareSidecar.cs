using McpMesh.Sidecar.Tests.Harness;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A sidecar without components and without an app. Its start says which sidecar the suite runs on.</summary>
public sealed class BareSidecar(IMessageSink output) : SidecarFixture
{
    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal override void WriteResources()
    {
        output.OnMessage(new DiagnosticMessage($"This suite runs on {SidecarProgram.Description}"));
        WriteConfiguration("config");
    }
}
