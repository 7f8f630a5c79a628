using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Grpc;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>
/// The configuration API over gRPC. A subscription is a stream and lasts as long: its first message tells only the id, each later one an
/// update. The older way to end it is by that id.
/// </summary>
internal sealed class ConfigurationGrpcApi(ConfigurationService configuration)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _streams = new(StringComparer.Ordinal);

    public void AddTo(DaprService service)
    {
        service.Unary(
            ["GetConfiguration", "GetConfigurationAlpha1"], GetConfigurationRequest.Parser, GetConfigurationResponse.Parser,
            (request, _, cancellationToken) => GetAsync(request, cancellationToken));
        service.ServerStreaming(
            ["SubscribeConfiguration", "SubscribeConfigurationAlpha1"], SubscribeConfigurationRequest.Parser,
            SubscribeConfigurationResponse.Parser, SubscribeAsync);
        service.Unary(
            ["UnsubscribeConfiguration", "UnsubscribeConfigurationAlpha1"], UnsubscribeConfigurationRequest.Parser,
            UnsubscribeConfigurationResponse.Parser, (request, _, _) => UnsubscribeAsync(request.Id));
    }

    private async Task<GetConfigurationResponse> GetAsync(GetConfigurationRequest request, CancellationToken cancellationToken)
    {
        var store = configuration.StoreOf(request.StoreName);
        var response = new GetConfigurationResponse();
        foreach (var (key, item) in await configuration.GetAsync(store, request.Keys, request.Metadata.AsReadOnly(), cancellationToken))
            response.Items[key] = Of(item);
        return response;
    }

    private async Task SubscribeAsync(
        SubscribeConfigurationRequest request, IGrpcStreamWriter<SubscribeConfigurationResponse> responses,
        CancellationToken cancellationToken)
    {
        var store = configuration.StoreOf(request.StoreName);
        // One at a time: a client that does not read holds its own subscription back and nothing else.
        var updates = Channel.CreateBounded<ConfigurationUpdate>(1);
        var id = await configuration.SubscribeAsync(
            store, request.Keys, request.Metadata.AsReadOnly(),
            (update, ended) => updates.Writer.WriteAsync(update, ended).AsTask(), cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, store.Store.Closed);
        _streams[id] = ended;
        try
        {
            await responses.WriteAsync(new SubscribeConfigurationResponse { Id = id }, ended.Token);
            await foreach (var update in updates.Reader.ReadAllAsync(ended.Token))
                await responses.WriteAsync(Of(update), ended.Token);
        }
        catch (OperationCanceledException) when (store.Store.Closed.IsCancellationRequested)
        {
            // A stream that stayed open would be a subscription that never tells anything any more.
            throw new GrpcException(
                GrpcStatusCode.Unavailable, $"configuration store {store.Name} was replaced or removed; subscribe again");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It was ended by its id.
        }
        finally
        {
            _streams.TryRemove(id, out _);
            if (!store.Store.Closed.IsCancellationRequested) await ConfigurationService.UnsubscribeAsync(store, id);
        }
    }

    private async Task<UnsubscribeConfigurationResponse> UnsubscribeAsync(string id)
    {
        if (!_streams.TryRemove(id, out var stream))
        {
            var error = ConfigurationErrors.Unsubscribe(id, new ConfigurationException("subscription does not exist")).Error;
            return new UnsubscribeConfigurationResponse { Message = error.Message };
        }

        try
        {
            await stream.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The client ended it at the same time.
        }

        return new UnsubscribeConfigurationResponse { Ok = true };
    }

    private static SubscribeConfigurationResponse Of(ConfigurationUpdate update)
    {
        var response = new SubscribeConfigurationResponse { Id = update.SubscriptionId };
        foreach (var (key, item) in update.Items) response.Items[key] = Of(item);
        return response;
    }

    private static global::Dapr.Client.Autogen.Grpc.v1.ConfigurationItem Of(ConfigurationItem item)
    {
        var message = new global::Dapr.Client.Autogen.Grpc.v1.ConfigurationItem { Value = item.Value, Version = item.Version };
        foreach (var (name, value) in item.Metadata) message.Metadata[name] = value;
        return message;
    }
}
