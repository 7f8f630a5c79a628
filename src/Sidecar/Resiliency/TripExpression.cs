namespace McpMesh.Sidecar.Resiliency;

/// <summary>
/// The <c>trip</c> of a circuit breaker: CEL's arithmetic, comparisons and logic over the five counts. Anything else of CEL is refused.
/// </summary>
internal sealed class TripExpression
{
    public static readonly TripExpression Default = Parse("consecutiveFailures > 5");

    private readonly Func<BreakerCounts, bool> _trips;

    private TripExpression(string text, Func<BreakerCounts, bool> trips) => (Text, _trips) = (text, trips);

    public string Text { get; }

    /// <exception cref="FormatException">Says at which column what is wrong.</exception>
    public static TripExpression Parse(string text) => new(text, new TripParser(text).ParseCondition());

    /// <summary>A value that cannot be computed, as a division by zero, trips nothing.</summary>
    public bool Trips(BreakerCounts counts)
    {
        try
        {
            return _trips(counts);
        }
        catch (ArithmeticException)
        {
            return false;
        }
    }
}
