namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names of the commands that every process resource has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts a stopped resource.</summary>
    public static readonly string StartCommand = "start";

    /// <summary>Stops a resource; it does not come back by itself.</summary>
    public static readonly string StopCommand = "stop";

    /// <summary>Stops and starts.</summary>
    public static readonly string RestartCommand = "restart";
}
