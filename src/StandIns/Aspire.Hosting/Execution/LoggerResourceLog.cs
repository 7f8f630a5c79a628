using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>Hands the lines of processes to the host's loggers, category <c>Aspire.Hosting.Resources.{resource}</c>: what tests want.</summary>
internal sealed partial class LoggerResourceLog(ILoggerFactory loggers) : IResourceLog
{
    public void Write(string resourceId, string line, bool isError)
    {
        var logger = loggers.CreateLogger($"Aspire.Hosting.Resources.{resourceId}");
        if (isError) LogError(logger, line);
        else LogLine(logger, line);
    }

    [LoggerMessage(1, LogLevel.Information, "{Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(2, LogLevel.Error, "{Line}")]
    private static partial void LogError(ILogger logger, string line);
}
