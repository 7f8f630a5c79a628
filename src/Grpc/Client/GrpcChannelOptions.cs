namespace McpMesh.Grpc.Client;

/// <summary>What holds for every call of a channel.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>The limit that gRPC implementations agree on: 4 MiB.</summary>
    public const int DefaultMessageSize = 4 << 20;

    /// <summary>Sent with every call, such as <c>dapr-api-token</c>.</summary>
    public GrpcMetadata Headers { get; init; } = [];

    /// <summary>The largest message taken, in bytes.</summary>
    public int MaxReceiveMessageSize { get; init; } = DefaultMessageSize;

    /// <summary>The largest message sent, in bytes.</summary>
    public int MaxSendMessageSize { get; init; } = DefaultMessageSize;

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>HTTP/2 PING after so much silence while calls are open; null sends none. Servers in Go close a connection that pings more
    /// often than they allow, by default every 5 minutes.</summary>
    public TimeSpan? KeepAlivePingDelay { get; init; }

    /// <summary>A connection whose PING is unanswered for so long is dead, and its calls end with Unavailable.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Measures deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Used instead of the channel's own connections, and left to its owner; must speak HTTP/2.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
