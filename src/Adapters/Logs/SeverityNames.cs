using System.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>The names that loggers give to severities.</summary>
internal static class SeverityNames
{
    /// <summary>The names used here, in rising order.</summary>
    public static IReadOnlyList<string> All { get; } = ["trace", "debug", "info", "warn", "error", "fatal"];

    /// <summary>The name used here.</summary>
    public static string NameOf(Severity severity) => All[(int)severity];

    /// <summary>Reads a name as any common logger writes it; null when it is none.</summary>
    public static Severity? Parse(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return null;
        foreach (var (known, severity) in Known)
        {
            if (Ascii.EqualsIgnoreCase(name, known)) return severity;
        }
        return null;
    }

    /// <summary>Severity of RFC 5424 section 6.2.1, 0 (emergency) to 7 (debug).</summary>
    public static Severity FromSyslog(int severity) => severity switch
    {
        <= 2 => Severity.Fatal,
        3 => Severity.Error,
        4 => Severity.Warn,
        5 or 6 => Severity.Info,
        _ => Severity.Debug,
    };

    /// <summary>Numeric level of JSON loggers (10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal).</summary>
    public static Severity FromNumber(long level) => level switch
    {
        < 20 => Severity.Trace,
        < 30 => Severity.Debug,
        < 40 => Severity.Info,
        < 50 => Severity.Warn,
        < 60 => Severity.Error,
        _ => Severity.Fatal,
    };

    private static readonly (byte[] Name, Severity Severity)[] Known =
    [
        .. Names(Severity.Info, "info", "information", "notice", "inf"),
        .. Names(Severity.Error, "error", "err", "failure", "severe"),
        .. Names(Severity.Warn, "warn", "warning", "wrn"),
        .. Names(Severity.Debug, "debug", "dbg", "fine"),
        .. Names(Severity.Trace, "trace", "verbose", "trc", "finest"),
        .. Names(Severity.Fatal, "fatal", "critical", "crit", "panic", "emerg", "alert", "ftl"),
    ];

    private static IEnumerable<(byte[] Name, Severity Severity)> Names(Severity severity, params string[] names) =>
        names.Select(name => (Encoding.ASCII.GetBytes(name), severity));
}
