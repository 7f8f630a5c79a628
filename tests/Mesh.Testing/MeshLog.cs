using Microsoft.Extensions.Logging;

namespace McpMesh.Testing;

/// <summary>Every line that the processes of a mesh wrote, with the resource's name in front.</summary>
public sealed class MeshLog : ILoggerProvider
{
    private const string Resources = "Aspire.Hosting.Resources.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Waits for a line that matches, from line <paramref name="start"/> on.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public async Task<string> WaitForAsync(Func<string, bool> match, int start = 0)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                for (; start < _lines.Count; start++)
                    if (match(_lines[start])) return _lines[start];
                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"No such line within {Patience.TotalSeconds} s. The last ones:\n{string.Join('\n', Lines.TakeLast(20))}");
            }
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Resource(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Add(string line)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _lines.Add(line);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    private sealed class Resource(MeshLog log, string category) : ILogger
    {
        private readonly string? _name = category.StartsWith(Resources, StringComparison.Ordinal) ? category[Resources.Length..] : null;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => _name is not null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (_name is not null) log.Add($"{_name}: {formatter(state, exception)}");
        }
    }
}
