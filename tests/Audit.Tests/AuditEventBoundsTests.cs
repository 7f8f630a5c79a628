namespace McpMesh.Audit.Tests;

public sealed class AuditEventBoundsTests
{
    [Fact]
    public void An_ordinary_event_is_not_copied()
    {
        var auditEvent = AuditEventGenerator.Sample();

        Assert.Same(auditEvent, AuditEventBounds.Fit(auditEvent));
    }

    [Fact]
    public void A_name_that_a_caller_made_too_long_is_cut_visibly()
    {
        var hostile = AuditEventGenerator.Sample() with { Method = new string('a', 100_000) };

        var fitted = AuditEventBounds.Fit(hostile);

        Assert.Equal(2048, fitted.Method!.Length);
        Assert.EndsWith("\u2026", fitted.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_that_cannot_be_recorded_whole_is_refused_and_not_shortened()
    {
        var hostile = AuditEventGenerator.Sample() with { Actors = [.. Enumerable.Repeat("a", 33)] };

        Assert.Throws<AuditUnavailableException>(() => AuditEventBounds.Fit(hostile));
    }
}
