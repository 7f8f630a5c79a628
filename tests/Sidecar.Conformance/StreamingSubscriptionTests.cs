using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;
using Status = Dapr.Client.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;
using Stream = McpMesh.Grpc.Client.GrpcDuplexCall<
    Dapr.Client.Autogen.Grpc.v1.SubscribeTopicEventsRequestAlpha1, Dapr.Client.Autogen.Grpc.v1.SubscribeTopicEventsResponseAlpha1>;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.5: SubscribeTopicEventsAlpha1.</summary>
[Collection(nameof(PubSubMesh))]
public sealed class StreamingSubscriptionTests(PubSubMesh mesh)
{
    [Fact]
    public async Task The_first_answer_is_empty_and_then_come_events()
    {
        await using var subscription = await OpenAsync("stream-plain");
        await mesh.PublishAsync("stream-plain", "streamed", """{"n":1}""", "&metadata.cloudevent.type=own.type");

        var received = await subscription.NextAsync();
        Assert.Equal(("streamed", "stream-plain", "pubsub"), (received.Id, received.Topic, received.PubsubName));
        Assert.Equal((SidecarFixture.AppId, "own.type", "1.0"), (received.Source, received.Type, received.SpecVersion));
        Assert.Equal(("application/json", """{"n":1}"""), (received.DataContentType, received.Data.ToStringUtf8()));
        await subscription.AnswerAsync(received, Status.Success);
    }

    [Fact]
    public async Task A_success_settles()
    {
        await using var subscription = await OpenAsync("stream-success");
        await mesh.PublishAsync("stream-success", "1");
        await subscription.AnswerAsync(await subscription.NextAsync(), Status.Success);
        await mesh.PublishAsync("stream-success", "2");

        Assert.Equal("2", (await subscription.NextAsync()).Id);
    }

    [Fact]
    public async Task A_retry_comes_again()
    {
        await using var subscription = await OpenAsync("stream-retry");
        await mesh.PublishAsync("stream-retry", "again");

        for (var i = 0; i < 2; i++)
        {
            var received = await subscription.NextAsync();
            Assert.Equal("again", received.Id);
            await subscription.AnswerAsync(received, i == 0 ? Status.Retry : Status.Success);
        }
    }

    [Theory]
    [InlineData(Status.Drop)]
    [InlineData(Status.Retry)]
    public async Task With_a_dead_letter_topic_a_drop_and_a_failure_go_there(Status status)
    {
        var id = $"stream-dead-{status}";
        await using var subscription = await OpenAsync($"stream-{status}", deadLetterTopic: "dead");
        await mesh.PublishAsync($"stream-{status}", id);
        await subscription.AnswerAsync(await subscription.NextAsync(), status);

        await mesh.NextAsync("/dead", id);
    }

    [Fact]
    public async Task It_is_a_subscription_of_the_metadata_while_it_lasts()
    {
        await using (await OpenAsync("stream-listed"))
        {
            var listed = Assert.Single(await ListedAsync());
            Assert.Equal(("pubsub", "STREAMING"), (listed.GetProperty("pubsubname").GetString(), listed.GetProperty("type").GetString()));
        }

        await Eventually.IsSoAsync(async () => (await ListedAsync()).Length == 0);

        async Task<System.Text.Json.JsonElement[]> ListedAsync() =>
        [
            .. (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json.GetProperty("subscriptions").EnumerateArray()
                .Where(subscription => subscription.GetProperty("topic").ValueEquals("stream-listed")),
        ];
    }

    [Fact]
    public async Task The_first_message_must_be_the_initial_request()
    {
        await using var call = mesh.Grpc.OpenDuplex(DaprApi.SubscribeTopicEvents);
        await call.WriteAsync(new SubscribeTopicEventsRequestAlpha1
        {
            EventProcessed = new SubscribeTopicEventsRequestProcessedAlpha1 { Id = "x" },
        });

        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => FirstAsync(call))).Code);
    }

    [Theory]
    [InlineData("", "t")]
    [InlineData("pubsub", "")]
    [InlineData("nowhere", "t")]
    public async Task A_stream_without_a_component_or_a_topic_is_refused(string pubSub, string topic)
    {
        await using var call = mesh.Grpc.OpenDuplex(DaprApi.SubscribeTopicEvents);
        await call.WriteAsync(Initial(pubSub, topic, null));

        await Assert.ThrowsAsync<GrpcException>(() => FirstAsync(call));
    }

    private static SubscribeTopicEventsRequestAlpha1 Initial(string pubSub, string topic, string? deadLetterTopic)
    {
        var initial = new SubscribeTopicEventsRequestInitialAlpha1 { PubsubName = pubSub, Topic = topic };
        if (deadLetterTopic is not null) initial.DeadLetterTopic = deadLetterTopic;
        return new SubscribeTopicEventsRequestAlpha1 { InitialRequest = initial };
    }

    private static async Task<SubscribeTopicEventsResponseAlpha1> FirstAsync(Stream call)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var response in call.ReadAllAsync(limit.Token)) return response;
        throw new InvalidOperationException("the stream ended without a message");
    }

    private async Task<Subscription> OpenAsync(string topic, string? deadLetterTopic = null)
    {
        var subscription = new Subscription(mesh.Grpc.OpenDuplex(DaprApi.SubscribeTopicEvents));
        await subscription.StartAsync(Initial("pubsub", topic, deadLetterTopic));
        return subscription;
    }

    private sealed class Subscription(Stream call) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
        private IAsyncEnumerator<SubscribeTopicEventsResponseAlpha1> _responses = null!;

        public async Task StartAsync(SubscribeTopicEventsRequestAlpha1 initial)
        {
            await call.WriteAsync(initial);
            _responses = call.ReadAllAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
            Assert.True(await _responses.MoveNextAsync());
            Assert.NotNull(_responses.Current.InitialResponse);
        }

        public async Task<TopicEventRequest> NextAsync()
        {
            Assert.True(await _responses.MoveNextAsync());
            return _responses.Current.EventMessage;
        }

        public Task AnswerAsync(TopicEventRequest received, Status status) => call.WriteAsync(new SubscribeTopicEventsRequestAlpha1
        {
            EventProcessed = new SubscribeTopicEventsRequestProcessedAlpha1
            {
                Id = received.Id,
                Status = new TopicEventResponse { Status = status },
            },
        });

        public async ValueTask DisposeAsync()
        {
            await call.DisposeAsync();
            await _responses.DisposeAsync();
            _limit.Dispose();
        }
    }
}
