namespace Dapr;

/// <summary>A Dapr operation failed. The inner exception holds the transport error or the sidecar's answer.</summary>
public class DaprException : Exception
{
    /// <summary>Creates the exception without a cause.</summary>
    public DaprException(string message) : base(message) { }

    /// <summary>Creates the exception with the transport error that caused it.</summary>
    public DaprException(string message, Exception innerException) : base(message, innerException) { }
}
