#nullable disable
namespace Dapr;

/// <summary>The sidecar refused a request and said why.</summary>
public class DaprApiException : DaprException
{
    /// <summary>Creates the exception from the sidecar's error body.</summary>
    public DaprApiException(string message, Exception inner, string errorCode, bool isTransient) : base(message, inner)
    {
        ErrorCode = errorCode;
        IsTransient = isTransient;
    }

    /// <summary>Dapr's error code, for example <c>ERR_STATE_STORE_NOT_FOUND</c>.</summary>
    public string ErrorCode { get; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient { get; }
}
