using System.Globalization;
using McpMesh.Configuration;

namespace McpMesh.Adapters;

/// <summary>Faults that only tests ask for; no mesh is to run with one. Read once at start, and each logs a warning then.</summary>
internal sealed partial class TestSwitches
{
    private const string NoDeduplicationName = "MESH_TEST_NO_DEDUPLICATION";
    private const string EffectDelayName = "MESH_TEST_EFFECT_DELAY";
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>No switch is set.</summary>
    public static TestSwitches None { get; } = new();

    /// <summary>Idempotency keys are ignored: every call makes a new effect, and a checker must find that out.</summary>
    public bool NoDeduplication { get; init; }

    /// <summary>
    /// Waited by a tool that does not only read, half before and half after its effect, so that something can be killed in the middle of a
    /// call.
    /// </summary>
    public TimeSpan EffectDelay { get; init; }

    /// <summary>Reads the environment.</summary>
    /// <exception cref="MeshConfigurationException">A switch is neither unset nor of its shape.</exception>
    public static TestSwitches Read(Func<string, string?> variable) => new()
    {
        NoDeduplication = variable(NoDeduplicationName) switch
        {
            null or "" => false,
            var text when bool.TryParse(text, out var value) => value,
            _ => throw Invalid(NoDeduplicationName, "must be true or false."),
        },
        EffectDelay = variable(EffectDelayName) switch
        {
            null or "" => TimeSpan.Zero,
            var text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero
                && time <= LongestDelay => time,
            _ => throw Invalid(EffectDelayName, "must be a time span from 00:00:00 to 00:10:00."),
        },
    };

    /// <summary>Warns of each switch that is set.</summary>
    public void Warn(ILogger logger)
    {
        if (NoDeduplication) LogNoDeduplication(logger, NoDeduplicationName);
        if (EffectDelay > TimeSpan.Zero) LogEffectDelay(logger, EffectDelayName, EffectDelay);
    }

    private static MeshConfigurationException Invalid(string field, string rule) =>
        new([new MeshConfigurationError("environment", 0, 0, field, rule)]);

    [LoggerMessage(3101, LogLevel.Warning, "{Switch} is set, for tests only: a repeated call makes a new effect")]
    private static partial void LogNoDeduplication(ILogger logger, string @switch);

    [LoggerMessage(3102, LogLevel.Warning, "{Switch} is set, for tests only: every effect takes {Delay}")]
    private static partial void LogEffectDelay(ILogger logger, string @switch, TimeSpan delay);
}
