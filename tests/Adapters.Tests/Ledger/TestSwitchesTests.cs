using McpMesh.Configuration;
using Microsoft.Extensions.Logging;

namespace McpMesh.Adapters.Tests.Ledger;

public sealed class TestSwitchesTests
{
    [Fact]
    public void Unset_switches_do_nothing()
    {
        var switches = TestSwitches.Read(_ => null);
        Assert.Equal((false, TimeSpan.Zero), (switches.NoDeduplication, switches.EffectDelay));
    }

    [Fact]
    public void Switches_are_read_from_the_environment()
    {
        var switches = TestSwitches.Read(name => name switch
        {
            "MESH_TEST_NO_DEDUPLICATION" => "true",
            "MESH_TEST_EFFECT_DELAY" => "00:00:05",
            _ => null,
        });
        Assert.Equal((true, TimeSpan.FromSeconds(5)), (switches.NoDeduplication, switches.EffectDelay));
    }

    [Fact]
    public void Each_switch_that_is_set_warns_at_start()
    {
        var log = new WarningLog();
        TestSwitches.None.Warn(log);
        Assert.Empty(log.Lines);
        new TestSwitches { NoDeduplication = true, EffectDelay = TimeSpan.FromSeconds(5) }.Warn(log);
        Assert.Collection(
            log.Lines,
            line => Assert.StartsWith("Warning MESH_TEST_NO_DEDUPLICATION is set, for tests only", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Warning MESH_TEST_EFFECT_DELAY is set, for tests only", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MESH_TEST_NO_DEDUPLICATION", "yes")]
    [InlineData("MESH_TEST_EFFECT_DELAY", "soon")]
    [InlineData("MESH_TEST_EFFECT_DELAY", "-00:00:01")]
    [InlineData("MESH_TEST_EFFECT_DELAY", "01:00:00")]
    public void A_switch_of_another_shape_stops_the_start_and_is_named(string name, string value)
    {
        var error = Assert.Throws<MeshConfigurationException>(() => TestSwitches.Read(asked => asked == name ? value : null));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private sealed class WarningLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
