using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Audit.Tests;

/// <summary>Any event an emitter could make: every field present or absent, with any text that Unicode allows.</summary>
internal static class AuditEventGenerator
{
    private static readonly Gen<string> Text = ArbMap.Default.GeneratorFor<string>()
        .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? string.Empty))); // lone surrogates have no UTF-8

    /// <summary>Also the text that stands for none in places that OCSF wants filled.</summary>
    private static readonly Gen<string?> MaybeText = Gen.OneOf(
        Gen.Constant<string?>(null), Gen.Constant<string?>("unknown"), Text.Select(text => (string?)text));

    internal static Arbitrary<AuditEvent> Events { get; } = Arb.From(
        from texts in Gen.ArrayOf(MaybeText, 18)
        from kind in Gen.Elements(Enum.GetValues<AuditEventKind>())
        from ticks in Gen.Choose(0, int.MaxValue)
        from hop in Gen.Choose(0, 9)
        from actors in Gen.ArrayOf(Text, 3)
        from decision in Gen.Elements(null, "permit", "deny", "approve")
        from outcome in Gen.Elements(null, "success", "denied", "failed", "cancelled", "unknown")
        select new AuditEvent
        {
            Id = Guid.CreateVersion7().ToString(),
            Kind = kind,
            Time = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.FromHours(9)).AddTicks(ticks),
            Emitter = texts[0] ?? "gateway",
            Transaction = texts[1],
            Hop = hop,
            CallId = texts[2],
            Subject = texts[3],
            Actors = [.. actors.Take(hop)],
            ClientId = texts[4],
            Audience = texts[5],
            Operation = texts[6],
            Method = texts[7],
            ToolDigest = texts[8],
            ArgumentDigest = texts[9],
            AccessTokenId = texts[10],
            IdJagId = texts[11],
            IdJagIssuer = texts[12],
            Scope = texts[13],
            Decision = decision,
            Rule = texts[14],
            PolicyDigest = texts[15],
            Outcome = outcome,
            Reason = texts[16],
            TraceId = texts[17],
        });

    internal static AuditEvent Sample(AuditEventKind kind = AuditEventKind.Intent, string? reason = null) => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        Kind = kind,
        Time = DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(1_234_567),
        Emitter = "gateway",
        Transaction = "txn-1",
        Hop = 2,
        CallId = "call-1",
        Subject = "https://idp.example|dana",
        Actors = ["gateway", "sample-agent"],
        ClientId = "gateway",
        Audience = "https://logs.mesh.example/mcp",
        Operation = "tools/call",
        Method = "logs.read",
        ToolDigest = "sha256:aa",
        ArgumentDigest = "sha256:bb",
        AccessTokenId = "jti-2",
        IdJagId = "jag-1",
        IdJagIssuer = "https://idp.example",
        Scope = "logs.read",
        Decision = kind == AuditEventKind.Denial ? "deny" : "permit",
        Rule = "role:developer",
        PolicyDigest = "sha256:cc",
        Outcome = kind is AuditEventKind.Outcome or AuditEventKind.TokenIssued ? "success" : null,
        Reason = reason,
        TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
    };

    /// <summary>Every text of a caller as long as can be, of characters that take the most bytes.</summary>
    internal static AuditEvent Largest()
    {
        var text = new string('\u4e2d', 10_000);
        return Sample(AuditEventKind.Outcome, text) with
        {
            Transaction = text,
            CallId = text,
            Subject = text,
            Actors = [.. Enumerable.Repeat(text, 32)],
            ClientId = text,
            Audience = text,
            Operation = text,
            Method = text,
            ToolDigest = text,
            ArgumentDigest = text,
            AccessTokenId = text,
            IdJagId = text,
            IdJagIssuer = text,
            Scope = text,
            Rule = text,
            TraceId = text,
        };
    }

    /// <summary>A copy whose actor chain is compared by value: an immutable array compares by reference.</summary>
    internal static (AuditEvent Fields, string Actors) Comparable(AuditEvent auditEvent) =>
        (auditEvent with { Actors = ImmutableArray<string>.Empty }, string.Join('\n', auditEvent.Actors));
}
