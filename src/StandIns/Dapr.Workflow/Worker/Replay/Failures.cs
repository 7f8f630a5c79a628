using Dapr.DurableTask.Protobuf;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>Exceptions as the history keeps them, and back.</summary>
internal static class Failures
{
    // A history is read again at every turn; what lies deeper says little.
    private const int MostInner = 8;

    public static TaskFailureDetails Of(Exception error, bool nonRetriable = false) => Of(error, nonRetriable, MostInner);

    public static TaskFailureDetails Named(string errorType, string message) =>
        new() { ErrorType = errorType, ErrorMessage = message, StackTrace = string.Empty, IsNonRetriable = true };

    public static WorkflowTaskFailureDetails Read(TaskFailureDetails? details) => new(
        details?.ErrorType ?? string.Empty,
        details?.ErrorMessage ?? string.Empty,
        string.IsNullOrEmpty(details?.StackTrace) ? null : details.StackTrace);

    private static TaskFailureDetails Of(Exception error, bool nonRetriable, int inner) => new()
    {
        ErrorType = error.GetType().FullName ?? error.GetType().Name,
        ErrorMessage = error.Message,
        StackTrace = error.StackTrace ?? string.Empty,
        IsNonRetriable = nonRetriable,
        InnerFailure = inner == 0 ? null : error switch
        {
            { InnerException: { } cause } => Of(cause, nonRetriable, inner - 1),
            WorkflowTaskFailedException { FailureDetails: var task } => new()
            {
                ErrorType = task.ErrorType,
                ErrorMessage = task.ErrorMessage,
                StackTrace = task.StackTrace ?? string.Empty,
                IsNonRetriable = nonRetriable,
            },
            _ => null,
        },
    };
}
