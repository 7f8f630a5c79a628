using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Grpc;
using Answer = Dapr.Client.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// <c>SubscribeTopicEventsAlpha1</c>: a subscription that lives as long as the call. The client's first message names the topic; after the
/// empty answer to it come events, each of which the client answers by its id, in any order.
/// </summary>
internal sealed class SubscribeGrpcApi(SubscriptionRuntime subscriptions)
{
    public void AddTo(DaprService service) => service.Duplex(
        "SubscribeTopicEventsAlpha1", SubscribeTopicEventsRequestAlpha1.Parser, SubscribeTopicEventsResponseAlpha1.Parser, ServeAsync);

    private async Task ServeAsync(
        IAsyncEnumerable<SubscribeTopicEventsRequestAlpha1> requests, IGrpcStreamWriter<SubscribeTopicEventsResponseAlpha1> responses,
        CancellationToken cancellationToken)
    {
        await using var messages = requests.GetAsyncEnumerator(cancellationToken);
        if (!await messages.MoveNextAsync() || messages.Current.InitialRequest is not { } wanted)
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "initial_request is required as the first message");
        if (wanted.Topic.Length == 0) throw PubSubErrors.EmptyTopic(wanted.PubsubName);
        await using var subscription = await subscriptions.OpenStreamAsync(
            wanted.PubsubName, wanted.Topic, wanted.Metadata, wanted.HasDeadLetterTopic ? wanted.DeadLetterTopic : null, cancellationToken);
        await responses.WriteAsync(
            new SubscribeTopicEventsResponseAlpha1 { InitialResponse = new SubscribeTopicEventsResponseInitialAlpha1() },
            cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(subscription, responses, ended.Token);
        try
        {
            while (await messages.MoveNextAsync()) Take(messages.Current, subscription);
        }
        finally
        {
            // The client takes no more: what it did not answer goes back.
            await ended.CancelAsync();
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(
        StreamingSubscription subscription, IGrpcStreamWriter<SubscribeTopicEventsResponseAlpha1> responses,
        CancellationToken cancellationToken)
    {
        await foreach (var streamed in subscription.Events.ReadAllAsync(cancellationToken))
            await responses.WriteAsync(new SubscribeTopicEventsResponseAlpha1 { EventMessage = Of(streamed) }, cancellationToken);
    }

    private static void Take(SubscribeTopicEventsRequestAlpha1 message, StreamingSubscription subscription)
    {
        if (message.EventProcessed is not { } processed)
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "initial_request: a stream has one subscription");
        // An answer to no event of this stream is left alone, as in daprd: the event may have gone to another instance meanwhile.
        _ = subscription.Processed(processed.Id, new DeliveryResult((processed.Status?.Status ?? Answer.Success) switch
        {
            Answer.Success => DeliveryOutcome.Success,
            Answer.Drop => DeliveryOutcome.Drop,
            _ => DeliveryOutcome.Retry,
        }));
    }

    private static TopicEventRequest Of(StreamedEvent streamed)
    {
        using var envelope = JsonDocument.Parse(streamed.Envelope);
        var attributes = envelope.RootElement;
        var request = new TopicEventRequest
        {
            Id = streamed.Id,
            Topic = streamed.Topic,
            PubsubName = streamed.PubSubName,
            Path = streamed.Path,
            Source = Text(attributes, "source"),
            Type = Text(attributes, "type"),
            SpecVersion = Text(attributes, "specversion"),
            DataContentType = Text(attributes, "datacontenttype"),
            Data = DataOf(attributes),
        };
        foreach (var attribute in attributes.EnumerateObject())
        {
            if (attribute.Name is not ("id" or "source" or "type" or "specversion" or "datacontenttype" or "data" or "data_base64")
                && attribute.Value.ValueKind == JsonValueKind.String)
            {
                (request.Extensions ??= new Struct()).Fields[attribute.Name] = Value.ForString(attribute.Value.GetString());
            }
        }

        return request;
    }

    private static ByteString DataOf(JsonElement attributes)
    {
        if (attributes.TryGetProperty("data_base64", out var binary)) return ByteString.CopyFrom(binary.GetBytesFromBase64());
        if (!attributes.TryGetProperty("data", out var data)) return ByteString.Empty;
        var media = CloudEventEnvelope.MediaTypeOf(Text(attributes, "datacontenttype"));
        return data.ValueKind == JsonValueKind.String && !CloudEventEnvelope.IsJson(media)
            ? ByteString.CopyFromUtf8(data.GetString()!)
            : ByteString.CopyFromUtf8(data.GetRawText());
    }

    private static string Text(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
