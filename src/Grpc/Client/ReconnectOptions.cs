namespace McpMesh.Grpc.Client;

/// <summary>How long to wait before a lost stream is opened again: doubled at each failure, with jitter, up to a limit.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The wait after the first failure.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait. A stream that lasted so long counts as a success even if nothing came.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Statuses after which the stream is not opened again and the error goes to the reader; none by default.</summary>
    public IReadOnlyList<GrpcStatusCode> FinalStatuses { get; init; } = [];

    /// <summary>Told of each loss and the wait that follows; the error is null when the server ended the stream with OK.</summary>
    public Action<GrpcException?, TimeSpan>? Lost { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
