using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>What both faces of the configuration API do; how updates reach the subscriber is the face's.</summary>
internal sealed class ConfigurationService(
    IReadOnlyDictionary<string, NamedConfigurationStore> stores, ResiliencyPolicies policies)
{
    /// <exception cref="ApiException">There is no such store.</exception>
    public NamedConfigurationStore StoreOf(string name)
    {
        if (stores.Count == 0) throw ConfigurationErrors.NotConfigured();
        return stores.TryGetValue(name, out var store) ? store : throw ConfigurationErrors.NotFound(name);
    }

    /// <exception cref="ApiException">The store cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, ConfigurationItem>> GetAsync(
        NamedConfigurationStore store, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> metadata,
        CancellationToken cancellationToken)
    {
        try
        {
            return await PolicyOf(store).RunAsync(
                static async (get, token) => await get.Store.GetAsync(get.keys, get.metadata, token), (store.Store, keys, metadata),
                cancellationToken);
        }
        catch (Exception error) when (error is ConfigurationException or ResiliencyException)
        {
            throw ConfigurationErrors.Get(keys, store.Name, error);
        }
    }

    /// <summary>Returns the id, by which <see cref="UnsubscribeAsync"/> ends it.</summary>
    /// <exception cref="ApiException">The store takes no subscription.</exception>
    public async Task<string> SubscribeAsync(
        NamedConfigurationStore store, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> metadata,
        Func<ConfigurationUpdate, CancellationToken, Task> updated, CancellationToken cancellationToken)
    {
        try
        {
            return await PolicyOf(store).RunAsync(
                static async (subscribe, token) =>
                    await subscribe.Store.SubscribeAsync(subscribe.keys, subscribe.metadata, subscribe.updated, token),
                (store.Store, keys, metadata, updated), cancellationToken);
        }
        catch (Exception error) when (error is ConfigurationException or ResiliencyException)
        {
            throw ConfigurationErrors.Subscribe(keys, store.Name, error);
        }
    }

    /// <exception cref="ApiException">There is no such subscription.</exception>
    public static async Task UnsubscribeAsync(NamedConfigurationStore store, string subscriptionId)
    {
        try
        {
            await store.Store.UnsubscribeAsync(subscriptionId);
        }
        catch (ConfigurationException error)
        {
            throw ConfigurationErrors.Unsubscribe(subscriptionId, error);
        }
    }

    private PolicyPipeline PolicyOf(NamedConfigurationStore store) =>
        policies.ForComponentOutbound(store.Name, ComponentKind.Configuration);
}
