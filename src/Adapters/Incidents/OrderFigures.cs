namespace McpMesh.Adapters.Incidents;

/// <summary>What the incident cost, as <c>analytics.query</c> told.</summary>
/// <param name="From">Start of the window; null when there were no orders at all.</param>
/// <param name="To">End of the window.</param>
/// <param name="Orders">Orders placed.</param>
/// <param name="FailedOrders">Of these, failed.</param>
/// <param name="LostRevenue">Sum of the failed orders, in the shop's currency.</param>
internal sealed record OrderFigures(string? From, string? To, long Orders, long FailedOrders, decimal LostRevenue);
