using FsCheck;
using FsCheck.Fluent;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.Tests.Resiliency;

public sealed class TripExpressionTests
{
    private static readonly BreakerCounts Counts = new(10, 4, 6, 0, 3);

    [Theory]
    [InlineData("consecutiveFailures > 2", true)]
    [InlineData("consecutiveFailures > 3", false)]
    [InlineData("consecutiveFailures >= 3 && requests >= 11", false)]
    [InlineData("requests == 10 && (totalFailures * 100) / requests >= 60", true)]
    [InlineData("totalFailures - totalSuccesses != 2 || consecutiveSuccesses < 1", true)]
    [InlineData("!(requests % 3 == 1)", false)]
    [InlineData("-consecutiveFailures < 0 && true", true)]
    [InlineData("1 + 2 * 3 == 7", true)]
    [InlineData("false || false || requests>9", true)]
    public void Counts_are_compared_as_CEL_does(string text, bool trips) => Assert.Equal(trips, TripExpression.Parse(text).Trips(Counts));

    [Fact]
    public void Without_an_expression_the_sixth_failure_in_a_row_trips()
    {
        Assert.False(TripExpression.Default.Trips(new(5, 0, 5, 0, 5)));
        Assert.True(TripExpression.Default.Trips(new(6, 0, 6, 0, 6)));
    }

    [Fact]
    public void What_cannot_be_computed_trips_nothing() =>
        Assert.False(TripExpression.Parse("totalFailures / consecutiveSuccesses > 0").Trips(Counts));

    [Theory]
    [InlineData("failures > 5", "column 1: 'failures' is none of requests")]
    [InlineData("requests >", "column 11: the expression ends early")]
    [InlineData("requests > 0.5", "column 12: '0.5' is not a whole number")]
    [InlineData("requests", "column 1: a condition is expected here")]
    [InlineData("requests > 1 && totalFailures", "column 17: a condition is expected here")]
    [InlineData("true > 1", "column 1: a number is expected here")]
    [InlineData("requests > 1)", "column 13: ')' is not expected here")]
    [InlineData("requests > 1 ? true : false", "column 14: '?' is not expected here")]
    [InlineData("size(requests) > 1", "column 1: 'size' is none of requests")]
    public void What_is_no_condition_over_the_counts_is_refused_with_its_column(string text, string problem)
    {
        var error = Assert.Throws<FormatException>(() => TripExpression.Parse(text));
        Assert.StartsWith(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_depth_is_an_error_and_no_crash() =>
        Assert.Throws<FormatException>(() => TripExpression.Parse(new string('(', 100_000) + "true"));

    [Fact]
    public void Any_text_is_a_condition_or_a_format_error() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        {
            try
            {
                TripExpression.Parse(text ?? "").Trips(Counts);
            }
            catch (FormatException)
            {
                // Said, not thrown as something else.
            }
        }).QuickCheckThrowOnFailure();
}
