namespace McpMesh.Grpc.Server;

/// <summary>What holds for every call that a server takes.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>The largest message taken, in bytes.</summary>
    public int MaxReceiveMessageSize { get; init; } = Client.GrpcChannelOptions.DefaultMessageSize;

    /// <summary>The largest message sent, in bytes.</summary>
    public int MaxSendMessageSize { get; init; } = Client.GrpcChannelOptions.DefaultMessageSize;

    /// <summary>Runs before anything of the request is read, also for methods that do not exist; refuses a call by throwing
    /// <see cref="GrpcException"/>, such as Unauthenticated for a wrong token.</summary>
    public Func<GrpcServerCall, CancellationToken, ValueTask>? Interceptor { get; init; }

    /// <summary>The server is going down: new calls and streams under way end with Unavailable, unary calls under way run to their end.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>Measures deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
