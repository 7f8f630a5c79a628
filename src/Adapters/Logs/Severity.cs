namespace McpMesh.Adapters.Logs;

/// <summary>How bad an entry is, in rising order.</summary>
internal enum Severity
{
    /// <summary>Finest.</summary>
    Trace,

    /// <summary>For debugging.</summary>
    Debug,

    /// <summary>Normal operation.</summary>
    Info,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Something failed.</summary>
    Error,

    /// <summary>The process or system is going down.</summary>
    Fatal,
}
