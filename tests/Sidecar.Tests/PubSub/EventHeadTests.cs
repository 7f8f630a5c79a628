using System.Text;
using McpMesh.Sidecar.PubSub;

namespace McpMesh.Sidecar.Tests.PubSub;

public sealed class EventHeadTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string OtherTrace = "00-11111111111111111111111111111111-2222222222222222-01";

    [Theory]
    [InlineData("application/json", """{"traceparent":"no","expiration":"no"}""")]
    [InlineData("text/plain", "traceparent")]
    [InlineData("application/octet-stream", "data")]
    public void The_attributes_are_read_and_not_what_the_data_says(string contentType, string data)
    {
        var envelope = CloudEventEnvelope.Create(Encoding.UTF8.GetBytes(data), contentType, Origin(), DateTimeOffset.UnixEpoch);

        Assert.True(EventHead.TryRead(envelope, out var head));

        Assert.Equal(new EventHead(Trace, null), head);
    }

    [Theory]
    [InlineData("data", """{"traceparent":"no"}""")]
    [InlineData("data_base64", "\"AAAA\"")]
    public void Attributes_that_a_publisher_wrote_behind_the_data_are_found_too(string name, string data)
    {
        var published = $$"""
            {"{{name}}":{{data}},"id":"1","source":"s","more":[{"traceparent":7}],"traceid":"t","traceparent":"{{OtherTrace}}","expiration":"soon"}
            """;
        var envelope = CloudEventEnvelope.Create(
            Encoding.UTF8.GetBytes(published), CloudEventEnvelope.MediaType, Origin(), DateTimeOffset.UnixEpoch);

        Assert.True(EventHead.TryRead(envelope, out var head));

        Assert.Equal(new EventHead(OtherTrace, "soon"), head);
        Assert.EndsWith($"\"{name}\":{data}}}", Encoding.UTF8.GetString(envelope), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"traceid":"a"}""", "a")]
    [InlineData("""{"traceid":"a","traceparent":"b"}""", "b")]
    [InlineData("""{"traceparent":{"deep":[1]},"traceid":"a"}""", "a")]
    [InlineData("{}", null)]
    public void The_trace_is_the_parent_or_else_the_id(string envelope, string? trace)
    {
        Assert.True(EventHead.TryRead(Encoding.UTF8.GetBytes(envelope), out var head));

        Assert.Equal(trace, head.Trace);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"id\":")]
    [InlineData("{\"id\" \"a\"}")]
    public void What_is_no_object_has_no_head(string envelope) =>
        Assert.False(EventHead.TryRead(Encoding.UTF8.GetBytes(envelope), out _));

    private static EventOrigin Origin() => new("gateway", "pubsub", "t", Trace, "", new Dictionary<string, string>());
}
