using System.Globalization;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.PubSub;

/// <summary>What a pub/sub component says beyond its connection, under the names that Dapr's brokers give these things.</summary>
internal sealed record BrokerOptions
{
    /// <summary><c>consumerID</c>: null for the app id.</summary>
    public string? ConsumerId { get; init; }

    /// <summary><c>concurrencyMode</c>: <c>single</c> is one delivery of a subscription at a time.</summary>
    public required int ParallelDeliveries { get; init; }

    /// <summary><c>autoDeleteOnIdleInSec</c>: how long a consumer that nobody runs is kept for.</summary>
    public TimeSpan IdleRetention { get; init; } = TimeSpan.FromDays(7);

    /// <exception cref="StartupException">A value is out of range.</exception>
    public static BrokerOptions Read(Component component, int parallelDeliveries)
    {
        var options = new BrokerOptions
        {
            ConsumerId = component.Find("consumerID")?.Trim() is { Length: > 0 } consumer ? consumer : null,
            ParallelDeliveries = parallelDeliveries,
        };
        options = component.Find("concurrencyMode") switch
        {
            null or "" or "parallel" => options,
            "single" => options with { ParallelDeliveries = 1 },
            var other => throw component.Invalid($"metadata 'concurrencyMode' must be single or parallel, not '{other}'"),
        };
        return component.Find("autoDeleteOnIdleInSec") is not { Length: > 0 } text ? options
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? options with { IdleRetention = TimeSpan.FromSeconds(seconds) }
            : throw component.Invalid($"metadata 'autoDeleteOnIdleInSec' must be seconds from 1 to {int.MaxValue}, not '{text}'");
    }
}
