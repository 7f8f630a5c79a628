namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>How sidecars run.</summary>
public sealed record DaprOptions
{
    /// <summary>Path of a program that accepts the <c>dapr run</c> form; the Dapr CLI where it is usually installed when not given.</summary>
    public string? DaprPath { get; set; }

    /// <summary>Whether sidecars get the telemetry variables; yes when not given.</summary>
    public bool? EnableTelemetry { get; set; }
}
