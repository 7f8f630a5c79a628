using System.Runtime.InteropServices;

namespace Aspire.Hosting.Execution;

/// <summary>The .NET host that this process runs on.</summary>
internal static class DotnetHost
{
    /// <summary>Directory of the installation: the shared framework lies in <c>shared/Microsoft.NETCore.App/{version}</c> below it.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The <c>dotnet</c> command.</summary>
    public static string Command { get; } = Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
}
