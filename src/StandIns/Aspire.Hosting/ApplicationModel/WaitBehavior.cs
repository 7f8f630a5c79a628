namespace Aspire.Hosting.ApplicationModel;

/// <summary>What to do when the resource waited for cannot become available.</summary>
public enum WaitBehavior
{
    /// <summary>Keep waiting.</summary>
    WaitOnResourceUnavailable = 0,

    /// <summary>Give up.</summary>
    StopOnResourceUnavailable = 1,
}
