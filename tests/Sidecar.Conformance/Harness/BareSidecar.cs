namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A sidecar without components and without an app.</summary>
public sealed class BareSidecar : SidecarFixture
{
    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal override void WriteResources() => WriteConfiguration("config");
}
