namespace Aspire.Hosting;

/// <summary>How an application is created.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>Command line; becomes configuration.</summary>
    public string[]? Args { get; set; }

    /// <summary>Assembly of the application host; the entry assembly when not given.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>Directory that relative paths of the model start from.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Whether to start no dashboard. The stand-in has none.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether plain HTTP is allowed for the dashboard. The stand-in has none.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
