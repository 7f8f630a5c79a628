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
    [InlineData("{}", "metadata must be an object")]
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
    public void A_text_beyond_the_limit_is_refused()
    {
        var json = JsonSerializer.Serialize(AuditEventGenerator.Sample(reason: new string('x', 2049)));

        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AuditEvent>(json));

        Assert.Contains("status_detail must have at most 2048 characters", error.Message, StringComparison.Ordinal);
    }
}
