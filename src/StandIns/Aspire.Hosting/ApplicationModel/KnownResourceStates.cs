namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names of the states that a resource goes through.</summary>
public static class KnownResourceStates
{
    /// <summary>Ended after it had run.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>Could not be started.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>Ended as it should.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>Not started yet.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>The process runs.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>The process is being started.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>The process is being stopped.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>Waits for other resources.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>States that a resource does not leave by itself.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
