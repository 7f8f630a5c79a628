using System.Text.Json;

namespace McpMesh.Audit.Tests;

public sealed class AuditEventBoundsTests
{
    [Fact]
    public void An_ordinary_event_is_not_copied()
    {
        var auditEvent = AuditEventGenerator.Sample();

        Assert.Same(auditEvent, AuditEventBounds.Fit(auditEvent, out _));
    }

    [Fact]
    public void A_name_that_a_caller_made_too_long_is_cut_visibly()
    {
        var hostile = AuditEventGenerator.Sample() with { Method = new string('a', 100_000) };

        var fitted = AuditEventBounds.Fit(hostile, out var weight);

        Assert.Equal(2048, fitted.Method!.Length);
        Assert.EndsWith("\u2026", fitted.Method, StringComparison.Ordinal);
        Assert.InRange(weight, 4096, 10_000);
    }

    [Fact]
    public void The_weight_covers_the_bytes_of_the_format()
    {
        var auditEvent = AuditEventGenerator.Sample(AuditEventKind.Outcome, "the server said no");

        AuditEventBounds.Fit(auditEvent, out var weight);

        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(auditEvent).Length, 1, weight * 3 / 2);
    }

    [Fact]
    public void A_chain_that_cannot_be_recorded_whole_is_refused_and_not_shortened()
    {
        var hostile = AuditEventGenerator.Sample() with { Actors = [.. Enumerable.Repeat("a", 33)] };

        Assert.Throws<AuditUnavailableException>(() => AuditEventBounds.Fit(hostile, out _));
    }
}
