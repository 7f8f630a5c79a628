namespace Dapr.Workflow;

/// <summary>A failure as it is recorded in the history.</summary>
public class WorkflowTaskFailureDetails(string errorType, string errorMessage, string? stackTrace = null)
{
    /// <summary>Full name of the exception's type, or the name of a failure that the worker or the sidecar found.</summary>
    public string ErrorType { get; } = errorType ?? throw new ArgumentNullException(nameof(errorType));

    /// <summary>The exception's message.</summary>
    public string ErrorMessage { get; } = errorMessage ?? throw new ArgumentNullException(nameof(errorMessage));

    /// <summary>Where it was thrown.</summary>
    public string? StackTrace { get; } = stackTrace;

    /// <summary>Whether the exception was a <typeparamref name="T"/>. False where this process cannot find the type by its name.</summary>
    public bool IsCausedBy<T>() where T : Exception =>
        // A recorded name finds types of the core library and of this assembly; the type asked for names itself.
        ErrorType == typeof(T).FullName || (Type.GetType(ErrorType, throwOnError: false) is { } type && typeof(T).IsAssignableFrom(type));

    /// <summary>Type and message.</summary>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
