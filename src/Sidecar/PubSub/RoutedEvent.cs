namespace McpMesh.Sidecar.PubSub;

/// <summary>A message as its subscription takes it.</summary>
/// <param name="Envelope">The CloudEvent, in JSON.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="Refused">Set when it goes nowhere: how that counts.</param>
/// <param name="Reason">Why it goes nowhere, for the log; null when that is as configured.</param>
internal sealed record RoutedEvent(
    LeasedMessage Leased, string PubSubName, ReadOnlyMemory<byte> Envelope, string Path, string? TraceParent,
    DeliveryOutcome? Refused = null, string? Reason = null)
{
    /// <summary>Names the message towards the app, in bulk deliveries and streams.</summary>
    public string EntryId => field ??= Leased.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
