using System.Reflection;

namespace Aspire.Hosting.Execution;

/// <summary>The program that describes the application.</summary>
internal sealed record AppHost(Assembly? Assembly, string Directory)
{
    private const string ProjectPathKey = "AppHostProjectPath";

    /// <summary>Knows the project's directory from the record that its build left in the assembly; the current directory
    /// otherwise.</summary>
    public static AppHost Of(Assembly? assembly, string? projectDirectory)
    {
        var recorded = assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(entry => entry.Key == ProjectPathKey)?.Value;
        return new AppHost(assembly, Path.GetFullPath(projectDirectory ?? recorded ?? Environment.CurrentDirectory));
    }
}
