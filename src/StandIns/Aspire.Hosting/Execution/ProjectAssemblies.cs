using System.Reflection;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Finds the assembly that a project was built into. The application host's build records it (build/AppHost.targets), so that
/// nothing has to be built when the application runs.
/// </summary>
internal static class ProjectAssemblies
{
    private const string KeyPrefix = "ProjectResource:";

    public static string Find(Assembly? appHost, string projectPath)
    {
        var recorded = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(entry => entry.Key.StartsWith(KeyPrefix, StringComparison.Ordinal)
                && string.Equals(Path.GetFullPath(entry.Key[KeyPrefix.Length..]), projectPath, StringComparison.Ordinal));
        return recorded?.Value ?? throw new DistributedApplicationException(
            $"Project '{projectPath}' is not a project reference of the application host, so it has not been built with it.");
    }
}
