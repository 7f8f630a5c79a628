namespace Aspire.Hosting.ApplicationModel;

/// <summary>A program that runs as a process.</summary>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>Path or name of the program.</summary>
    public string Command { get; } = command;

    /// <summary>Directory that the program starts in.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}
