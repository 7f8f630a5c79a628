namespace McpMesh.Sidecar.PubSub;

/// <summary>The way from a subscription to whoever asked for it: requests to the app, or a stream that the app has opened.</summary>
internal interface IEventDelivery
{
    Task<DeliveryResult> DeliverAsync(RoutedEvent routed, CancellationToken cancellationToken);

    /// <summary>For events of one path; one result an event, in order.</summary>
    Task<DeliveryResult[]> DeliverBulkAsync(IReadOnlyList<RoutedEvent> events, CancellationToken cancellationToken);
}
