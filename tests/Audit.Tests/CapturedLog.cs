using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpMesh.Audit.Tests;

/// <summary>Keeps the first message of each level and lets a test await it.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<LogLevel, TaskCompletionSource<string>> _first = new();

    internal static CapturedLog Create() => new();

    internal Task<string> Logged(LogLevel level) => First(level).Task;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        First(logLevel).TrySetResult(formatter(state, exception));

    public void Dispose() { }

    private TaskCompletionSource<string> First(LogLevel level) =>
        _first.GetOrAdd(level, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
