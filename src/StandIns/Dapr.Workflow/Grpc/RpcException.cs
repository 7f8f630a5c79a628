#pragma warning disable CA1032 // The official type has these constructors.
namespace Grpc.Core;

/// <summary>A call to the sidecar failed.</summary>
public class RpcException : Exception
{
    /// <summary>With the status as its message.</summary>
    public RpcException(Status status) : this(status, status.ToString()) { }

    /// <summary>With a message of its own.</summary>
    public RpcException(Status status, string message) : base(message) => Status = status;

    internal RpcException(Status status, Exception inner) : base(status.ToString(), inner) => Status = status;

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;
}
