using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>Keeps the lines of the mesh's processes: category <c>Aspire.Hosting.Resources.{resource}</c>.</summary>
internal sealed class ResourceLog : ILoggerProvider
{
    private const string Prefix = "Aspire.Hosting.Resources.";

    private readonly ConcurrentQueue<(string Resource, string Line)> _lines = new();

    public IReadOnlyCollection<(string Resource, string Line)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose() => _lines.Clear();

    private sealed class Writer(ResourceLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => category.StartsWith(Prefix, StringComparison.Ordinal);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log._lines.Enqueue((category[Prefix.Length..], formatter(state, exception)));
        }
    }
}
