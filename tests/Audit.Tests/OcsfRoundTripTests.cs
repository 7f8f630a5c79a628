using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Audit.Ocsf;

namespace McpMesh.Audit.Tests;

public sealed class OcsfRoundTripTests
{
    [Fact]
    public void Every_event_is_read_back_as_it_was_written() =>
        Prop.ForAll(AuditEventGenerator.Events, auditEvent =>
        {
            var read = JsonSerializer.Deserialize<AuditEvent>(JsonSerializer.SerializeToUtf8Bytes(auditEvent))!;
            return AuditEventGenerator.Comparable(read) == AuditEventGenerator.Comparable(auditEvent);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{}", "unmapped.mcpmesh.kind is required")]
    [InlineData("""{"metadata":[7],"unmapped":7}""", "unmapped must be an object")]
    [InlineData("""{"metadata":{},"unmapped":{"mcpmesh":{"kind":"party"}}}""", "unmapped.mcpmesh.kind is unknown")]
    [InlineData("""{"metadata":{},"unmapped":{"mcpmesh":{"kind":"intent"}},"class_uid":3002}""", "class_uid must be 6003")]
    [InlineData(
        """{"metadata":{"uid":"a"},"unmapped":{"mcpmesh":{"kind":"intent"}},"class_uid":6003,"type_uid":600399,"time_dt":"soon"}""",
        "time_dt must be an RFC 3339 time")]
    [InlineData(
        """{"metadata":{"uid":""},"unmapped":{"mcpmesh":{"kind":"intent"}},"class_uid":6003,"type_uid":600399,"time_dt":"2026-01-01"}""",
        "metadata.uid must not be empty")]
    [InlineData(
        """{"metadata":{"uid":7},"unmapped":{"mcpmesh":{"kind":"intent"}},"class_uid":6003,"type_uid":600399,"time_dt":"2026-01-01"}""",
        "uid must be a text")]
    public void A_foreign_or_broken_event_is_refused_with_the_rule(string json, string rule)
    {
        using var document = JsonDocument.Parse(json);

        Assert.False(OcsfReader.TryRead(document.RootElement, out _, out var error));

        Assert.Contains(rule, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_is_read_where_it_stands_and_a_bad_one_is_stepped_over() =>
        Prop.ForAll(AuditEventGenerator.Events, auditEvent =>
        {
            var good = JsonSerializer.Serialize(auditEvent);
            var bad = good.Replace("\"hop\":", "\"hop\":[{}],\"was\":", StringComparison.Ordinal);
            var json = Encoding.UTF8.GetBytes($"[{bad}, {good} ,7]");
            var reader = new Utf8JsonReader(json);
            reader.Read();
            reader.Read();
            var refused = !OcsfReader.TryRead(ref reader, json, out _, out var error) && error == "hop must be an integer";
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isRead = OcsfReader.TryRead(ref reader, json, out var record, out _);
            var id = Encoding.UTF8.GetString(record.Utf8(OcsfField.Id));
            var bytes = Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
            return refused && isRead && id == auditEvent.Id && bytes == good && record.Time == auditEvent.Time
                && record.Text(OcsfField.Transaction) == auditEvent.Transaction && reader.Read() && reader.GetInt32() == 7;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_event_of_the_form_that_wrote_every_value_twice_is_read_as_before()
    {
        const string first = """
            {"class_uid":6003,"type_uid":600399,"time_dt":"2026-11-25T10:58:09.46Z",
             "metadata":{"uid":"e-1","correlation_uid":"t","log_provider":"gateway"},"status_code":"success",
             "actor":{"user":{"uid":"idp|dana"},"app_uid":"agent","session":{"uid":"jag","issuer":"idp"},
             "authorizations":[{"decision":"delegated","policy":{"uid":"act-chain","data":[{"sub":"gateway"},{"sub":"agent"}]}}]},
             "api":{"operation":"tools/call","service":{"name":"echo"},"request":{"uid":"call"},"token":{"uid":"jti","type_id":7}},
             "resources":[{"name":"echo.say","type":"mcp.tool","role_id":1},{"uid":"https://echo/mcp","type":"oauth.resource"}],
             "authorizations":[{"decision":"permit","policy":{"name":"mesh-policy","uid":"role:dev","version":"sha256:1"}}],
             "trace":{"uid":"trace"},"unmapped":{"mcpmesh":{"kind":"outcome","hop":2,"call_id":"call","subject":"idp|dana",
             "client_id":"agent","actors":["gateway","agent"],"audience":"https://echo/mcp","operation":"tools/call",
             "method":"echo.say","args_digest":"sha256:2","token_jti":"jti","id_jag_jti":"jag","id_jag_iss":"idp","scope":"echo.say",
             "decision":"permit","rule":"role:dev","policy_digest":"sha256:1","trace_id":"trace"}}}
            """;
        var expected = new AuditEvent
        {
            Id = "e-1",
            Kind = AuditEventKind.Outcome,
            Time = new DateTimeOffset(2026, 11, 25, 10, 58, 9, 460, TimeSpan.Zero),
            Emitter = "gateway",
            Transaction = "t",
            Hop = 2,
            CallId = "call",
            Subject = "idp|dana",
            Actors = ["gateway", "agent"],
            ClientId = "agent",
            Audience = "https://echo/mcp",
            Operation = "tools/call",
            Method = "echo.say",
            ArgumentDigest = "sha256:2",
            AccessTokenId = "jti",
            IdJagId = "jag",
            IdJagIssuer = "idp",
            Scope = "echo.say",
            Decision = "permit",
            Rule = "role:dev",
            PolicyDigest = "sha256:1",
            Outcome = "success",
            TraceId = "trace",
        };

        var read = JsonSerializer.Deserialize<AuditEvent>(first)!;

        Assert.Equal(AuditEventGenerator.Comparable(expected), AuditEventGenerator.Comparable(read));
    }

    [Fact]
    public void What_has_a_place_in_its_class_is_written_once()
    {
        using var document = JsonDocument.Parse(JsonSerializer.Serialize(AuditEventGenerator.Sample()));

        var rest = document.RootElement.GetProperty("unmapped").GetProperty("mcpmesh").EnumerateObject().Select(property => property.Name);

        Assert.Equal(["kind", "hop", "args_digest", "scope"], rest);
    }

    [Fact]
    public void A_text_beyond_the_limit_is_refused()
    {
        var json = JsonSerializer.Serialize(AuditEventGenerator.Sample(reason: new string('x', 2049)));

        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AuditEvent>(json));

        Assert.Contains("status_detail must have at most 2048 characters", error.Message, StringComparison.Ordinal);
    }
}
