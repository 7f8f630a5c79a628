using Aspire.Hosting;

namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>The Dapr CLI where it is usually installed.</summary>
internal static class DaprCli
{
    /// <exception cref="DistributedApplicationException">It is nowhere.</exception>
    public static string Locate()
    {
        var name = OperatingSystem.IsWindows() ? "dapr.exe" : "dapr";
        string[] usual =
        [
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "dapr", name),
            Path.Combine("/usr/local/bin", name),
            Path.Combine("/usr/bin", name),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, name)),
        ];
        return usual.FirstOrDefault(File.Exists) ?? throw new DistributedApplicationException("Unable to locate the Dapr CLI.");
    }
}
