using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace McpMesh.Audit.Tests;

/// <summary>What OCSF 1.8.0 requires of the three classes, checked on any event.</summary>
public sealed class OcsfSchemaTests
{
    [Fact]
    public void Every_event_has_the_attributes_that_its_class_requires() =>
        Prop.ForAll(AuditEventGenerator.Events, auditEvent =>
        {
            using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(auditEvent));
            AssertClass(document.RootElement);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(AuditEventKind.Intent, 6003, 600399)]
    [InlineData(AuditEventKind.Outcome, 6003, 600399)]
    [InlineData(AuditEventKind.Denial, 6003, 600399)]
    [InlineData(AuditEventKind.TokenIssued, 3002, 300299)]
    [InlineData(AuditEventKind.TokenRefused, 3002, 300299)]
    [InlineData(AuditEventKind.PolicyChanged, 3004, 300403)]
    public void A_kind_has_its_class(AuditEventKind kind, int classUid, int typeUid)
    {
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(AuditEventGenerator.Sample(kind)));

        Assert.Equal(classUid, document.RootElement.GetProperty("class_uid").GetInt32());
        Assert.Equal(typeUid, document.RootElement.GetProperty("type_uid").GetInt32());
    }

    [Fact]
    public void A_denial_is_unauthorized_and_names_rule_and_policy()
    {
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(AuditEventGenerator.Sample(AuditEventKind.Denial)));
        var root = document.RootElement;

        Assert.Equal(2, root.GetProperty("action_id").GetInt32());
        Assert.Equal(26, root.GetProperty("disposition_id").GetInt32());
        var authorization = root.GetProperty("authorizations")[0];
        Assert.Equal("deny", authorization.GetProperty("decision").GetString());
        Assert.Equal("role:developer", authorization.GetProperty("policy").GetProperty("uid").GetString());
        Assert.Equal("sha256:cc", authorization.GetProperty("policy").GetProperty("version").GetString());
    }

    [Fact]
    public void A_call_names_user_chain_tool_resource_and_trace()
    {
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(AuditEventGenerator.Sample()));
        var root = document.RootElement;

        Assert.Equal("https://idp.example|dana", root.GetProperty("actor").GetProperty("user").GetProperty("uid").GetString());
        Assert.Equal(
            ["gateway", "sample-agent"],
            root.GetProperty("actor").GetProperty("authorizations")[0].GetProperty("policy").GetProperty("data").EnumerateArray()
                .Select(actor => actor.GetProperty("sub").GetString()));
        Assert.Equal("logs", root.GetProperty("api").GetProperty("service").GetProperty("name").GetString());
        Assert.Equal("logs.read", root.GetProperty("resources")[0].GetProperty("name").GetString());
        Assert.Equal("https://logs.mesh.example/mcp", root.GetProperty("api").GetProperty("service").GetProperty("uid").GetString());
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", root.GetProperty("trace").GetProperty("uid").GetString());
    }

    private static void AssertClass(JsonElement root)
    {
        var classUid = root.GetProperty("class_uid").GetInt32();
        Assert.Equal(classUid / 1000, root.GetProperty("category_uid").GetInt32());
        Assert.Equal(classUid * 100 + root.GetProperty("activity_id").GetInt32(), root.GetProperty("type_uid").GetInt32());
        Assert.InRange(root.GetProperty("severity_id").GetInt32(), 1, 6);
        Assert.Equal(JsonValueKind.Number, root.GetProperty("time").ValueKind);
        var metadata = root.GetProperty("metadata");
        Assert.Equal("1.8.0", metadata.GetProperty("version").GetString());
        Assert.Equal("McpMesh", metadata.GetProperty("product").GetProperty("name").GetString());
        if (root.GetProperty("activity_id").GetInt32() == 99) Assert.NotNull(root.GetProperty("activity_name").GetString());
        switch (classUid)
        {
            case 6003: AssertApiActivity(root, metadata); break;
            case 3002: AssertAuthentication(root); break;
            case 3004: AssertOneOf(root.GetProperty("entity"), "name", "uid"); break;
            default: Assert.Fail($"class {classUid}"); break;
        }
    }

    private static void AssertApiActivity(JsonElement root, JsonElement metadata)
    {
        AssertOneOf(root.GetProperty("actor"), "user", "session", "app_name", "app_uid");
        Assert.NotNull(root.GetProperty("api").GetProperty("operation").GetString());
        AssertOneOf(root.GetProperty("src_endpoint"), "svc_name");
        var profiles = metadata.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetString()).ToArray();
        Assert.Contains("security_control", profiles);
        Assert.Equal(root.TryGetProperty("trace", out _), profiles.Contains("trace"));
        if (root.GetProperty("actor").TryGetProperty("user", out var user)) AssertOneOf(user, "uid", "name");
    }

    private static void AssertAuthentication(JsonElement root)
    {
        AssertOneOf(root.GetProperty("user"), "uid", "name");
        AssertOneOf(root.GetProperty("service"), "name", "uid");
        Assert.Equal(6, root.GetProperty("auth_protocol_id").GetInt32());
        Assert.False(root.TryGetProperty("action_id", out _)); // a profile's attribute without the profile is invalid
    }

    private static void AssertOneOf(JsonElement element, params string[] names) =>
        Assert.Contains(names, name => element.TryGetProperty(name, out _));
}
