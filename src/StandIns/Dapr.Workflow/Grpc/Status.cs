namespace Grpc.Core;

/// <summary>How a call ended.</summary>
public readonly struct Status(StatusCode statusCode, string detail)
{
    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; } = statusCode;

    /// <summary>What the server says about it.</summary>
    public string Detail { get; } = detail;

    /// <inheritdoc/>
    public override string ToString() => $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")";
}
