namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>Which sidecar is under test: the one built with these tests. tests/Sidecar.Conformance has its own answer.</summary>
internal static class SidecarProgram
{
    public static string[] Command { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "McpMesh.Sidecar.dll")];

    /// <summary>Flags of every start.</summary>
    public static string[] Flags() => [];

    /// <summary>A port to listen on; 0 is any, and the sidecar prints which.</summary>
    public static int Port() => 0;
}
