using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.4 over gRPC.</summary>
[Collection(nameof(PubSubMesh))]
public sealed class PublishGrpcTests(PubSubMesh mesh)
{
    [Fact]
    public async Task What_is_published_arrives_in_an_envelope()
    {
        await mesh.Grpc.AskAsync(DaprApi.PublishEvent, Event("plain", """{"n":1}""", "application/json"));

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal(SidecarFixture.AppId, received.GetProperty("source").GetString());
        Assert.Equal(("plain", "com.dapr.event.sent"), (received.GetProperty("topic").GetString(), received.GetProperty("type").GetString()));
        Assert.Equal("""{"n":1}""", received.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("", "text/plain", "data", "\"1\"")]
    [InlineData("text/plain", "text/plain", "data", "\"1\"")]
    [InlineData("application/json", "application/json", "data", "1")]
    [InlineData("application/octet-stream", "application/octet-stream", "data_base64", "\"MQ==\"")]
    public async Task The_content_type_says_how_data_is_embedded(string contentType, string told, string field, string data)
    {
        await mesh.Grpc.AskAsync(DaprApi.PublishEvent, Event("plain", "1", contentType));

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal((told, data), (received.GetProperty("datacontenttype").GetString(), received.GetProperty(field).GetRawText()));
    }

    [Fact]
    public async Task Attributes_are_overridden_by_metadata_and_the_trace_is_continued()
    {
        const string id = "4bf92f3577b34da6a3ce929d0e0e4736";
        var request = Event("plain", "1");
        request.Metadata["cloudevent.id"] = "own";
        request.Metadata["cloudevent.type"] = "own.type";
        await mesh.Grpc.AskAsync(DaprApi.PublishEvent, request, ("traceparent", $"00-{id}-00f067aa0ba902b7-01"));

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal(("own", "own.type"), (received.GetProperty("id").GetString(), received.GetProperty("type").GetString()));
        Assert.StartsWith($"00-{id}-", received.GetProperty("traceparent").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raw_payload_has_no_envelope()
    {
        var request = Event("plain", """{"id":"raw-own","data":1}""");
        request.Metadata["rawPayload"] = "true";
        await mesh.Grpc.AskAsync(DaprApi.PublishEvent, request);

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal("raw-own", received.GetProperty("id").GetString());
        Assert.False(received.TryGetProperty("source", out _));
    }

    [Fact]
    public async Task A_bulk_is_published_entry_by_entry()
    {
        var request = new BulkPublishRequest { PubsubName = "pubsub", Topic = "plain", Entries = { Entry("1"), Entry("2") } };
        request.Entries[1].Metadata["cloudevent.type"] = "own.type";
        var answer = await mesh.Grpc.AskAsync(DaprApi.BulkPublishEvent, request);

        Assert.Empty(answer.FailedEntries);
        var types = new[] { await mesh.At("/plain").NextAsync(), await mesh.At("/plain").NextAsync() }
            .Select(received => received.GetProperty("type").GetString());
        Assert.Equal(["com.dapr.event.sent", "own.type"], types.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1", "")]
    public async Task A_bulk_whose_ids_are_duplicated_or_missing_is_refused_as_a_whole(string first, string second)
    {
        var request = new BulkPublishRequest { PubsubName = "pubsub", Topic = "plain", Entries = { Entry(first), Entry(second) } };

        await mesh.Grpc.RefusesAsync(DaprApi.BulkPublishEvent, request, GrpcStatusCode.InvalidArgument, "…");
    }

    [Theory]
    [InlineData("nowhere", "t", GrpcStatusCode.InvalidArgument, "pubsub nowhere is not found")]
    [InlineData("", "t", GrpcStatusCode.InvalidArgument, "pubsub name is empty")]
    [InlineData("pubsub", "", GrpcStatusCode.InvalidArgument, "topic is empty in pubsub pubsub")]
    [InlineData("pubsub", "protected", GrpcStatusCode.PermissionDenied, "topic protected is not allowed for app id conformance")]
    [InlineData("scoped", "closed", GrpcStatusCode.PermissionDenied, "topic closed is not allowed for app id conformance")]
    public async Task What_cannot_be_published_says_why(string pubSub, string topic, GrpcStatusCode code, string message)
    {
        await mesh.Grpc.RefusesAsync(
            DaprApi.PublishEvent, new PublishEventRequest { PubsubName = pubSub, Topic = topic }, code, message);
        await mesh.Grpc.RefusesAsync(
            DaprApi.BulkPublishEvent, new BulkPublishRequest { PubsubName = pubSub, Topic = topic, Entries = { Entry("1") } }, code, message);
    }

    [Fact]
    public Task A_value_of_rawPayload_that_is_none_is_InvalidArgument()
    {
        var request = Event("plain", "1");
        request.Metadata["rawPayload"] = "perhaps";
        return mesh.Grpc.RefusesAsync(
            DaprApi.PublishEvent, request, GrpcStatusCode.InvalidArgument, "failed deserializing metadata. Error: …");
    }

    [Fact]
    public Task A_CloudEvent_that_is_none_is_InvalidArgument() => mesh.Grpc.RefusesAsync(
        DaprApi.PublishEvent, Event("plain", "{", "application/cloudevents+json"), GrpcStatusCode.InvalidArgument,
        "cannot create cloudevent");

    private static PublishEventRequest Event(string topic, string data, string contentType = "") => new()
    {
        PubsubName = "pubsub",
        Topic = topic,
        Data = ByteString.CopyFromUtf8(data),
        DataContentType = contentType,
    };

    private static BulkPublishRequestEntry Entry(string id) =>
        new() { EntryId = id, Event = ByteString.CopyFromUtf8("x"), ContentType = "text/plain" };
}
