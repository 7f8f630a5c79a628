namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that must come first.</summary>
public class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The resource that comes first.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>How far it must have come.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>Exit code that counts as completed.</summary>
    public int ExitCode { get; } = exitCode;
}
