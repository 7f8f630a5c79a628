using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpMesh.Sidecar.Hosting;

/// <summary>Writes daprd's log lines to standard output, as text or JSON.</summary>
internal sealed class DaprLog(string appId, bool asJson) : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly Stream _output = Console.OpenStandardOutput();

    public ILogger CreateLogger(string categoryName) => new Scope(this, categoryName);

    public void Dispose() => _output.Flush();

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private void Write(string scope, LogLevel level, string message)
    {
        var time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        var line = asJson ? Json(time, scope, level, message)
            : Encoding.UTF8.GetBytes(
                $"time=\"{time}\" level={LevelOf(level)} msg=\"{message.Replace("\"", "\\\"", StringComparison.Ordinal)}\" " +
                    $"app_id={appId} scope={scope}\n");
        lock (_gate)
        {
            _output.Write(line);
            _output.Flush();
        }
    }

    private byte[] Json(string time, string scope, LogLevel level, string message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("app_id", appId);
            json.WriteString("level", LevelOf(level));
            json.WriteString("msg", message);
            json.WriteString("scope", scope);
            json.WriteString("time", time);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private sealed class Scope(DaprLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            log.Write(name, logLevel, exception is null ? message : $"{message}: {exception.GetType().Name}: {exception.Message}");
        }
    }
}
