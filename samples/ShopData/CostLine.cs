namespace McpMesh.Samples.ShopData;

/// <summary>One row of a FOCUS cost file: an hour of one service.</summary>
internal sealed record CostLine(
    DateTimeOffset ChargePeriodStart, string ServiceName, string ServiceCategory, string ResourceId, string Team,
    decimal BilledCost, decimal EffectiveCost, decimal ConsumedQuantity, string ConsumedUnit)
{
    /// <summary>End of the hour.</summary>
    public DateTimeOffset ChargePeriodEnd => ChargePeriodStart.AddHours(1);

    /// <summary>The costs of the day.</summary>
    public static IEnumerable<CostLine> Of(ShopDay day)
    {
        var random = new ShopRandom(0xC057UL + (ulong)day.Day.DayNumber);
        for (var hour = 0; hour < 24; hour++)
        {
            var start = day.Start.AddHours(hour);
            var visits = day.Visits.Count(visit => visit.Time >= start && visit.Time < start.AddHours(1));
            // The verbose version was in service from 13:58 to 14:39: its debug lines are paid by the gigabyte.
            var gigabytes = visits * 0.004m * hour switch { 13 => 1.6m, 14 => 23m, _ => 1m };
            yield return Line("Virtual Machines", "Compute", "i-shop-web-1", "web", 0.192m, 1m, "Hours");
            yield return Line("Virtual Machines", "Compute", "i-shop-checkout-1", "checkout", 0.384m, 1m, "Hours");
            yield return Line("Managed PostgreSQL", "Databases", "db-shop", "checkout", 0.41m, 1m, "Hours");
            yield return Line("Object Storage", "Storage", "shop-assets", "web", 0.021m + (visits * 0.00001m), visits, "Requests");
            yield return Line("Content Delivery", "Networking", "cdn-shop", "web", visits * 0.0002m, visits * 0.02m, "GB");
            yield return Line("Log Ingestion", "Management and Governance", "logs-checkout", "checkout", gigabytes * 0.5m, gigabytes, "GB");

            CostLine Line(string service, string category, string resource, string team, decimal cost, decimal quantity, string unit)
            {
                var billed = Math.Round(cost * (0.98m + (random.Below(5) / 100m)), 6);
                return new CostLine(
                    start, service, category, resource, team, billed, Math.Round(billed * 0.94m, 6), Math.Round(quantity, 3), unit);
            }
        }
    }
}
