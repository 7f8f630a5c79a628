namespace McpMesh.Samples.ShopData;

/// <summary>A try to buy something.</summary>
/// <param name="Number">1, 2, … in the order of time.</param>
/// <param name="PlacedAt">When the checkout ended.</param>
/// <param name="Customer">Customer number.</param>
/// <param name="Cents">Amount in US cents.</param>
/// <param name="Failure">Why it failed; null when it was paid.</param>
/// <param name="Milliseconds">Duration of the checkout.</param>
/// <param name="TraceId">W3C trace id.</param>
internal sealed record Order(
    int Number, DateTimeOffset PlacedAt, int Customer, int Cents, string? Failure, int Milliseconds, string TraceId)
{
    /// <summary><c>paid</c> or <c>failed</c>.</summary>
    public string Status => Failure is null ? "paid" : "failed";
}
