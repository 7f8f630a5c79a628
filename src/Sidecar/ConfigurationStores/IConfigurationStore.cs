namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>Configuration by key, and word of its changes. Request metadata is the store's own.</summary>
internal interface IConfigurationStore
{
    /// <param name="keys">None for all.</param>
    /// <exception cref="ConfigurationException">The store refuses or cannot be reached.</exception>
    Task<IReadOnlyDictionary<string, ConfigurationItem>> GetAsync(
        IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken);

    /// <summary>Returns the subscription's id; updates come one after the other until <see cref="UnsubscribeAsync"/>.</summary>
    /// <param name="keys">None for all.</param>
    /// <param name="updated">Whatever it throws is logged, and the next update comes.</param>
    /// <exception cref="ConfigurationException">The store refuses or cannot be reached.</exception>
    Task<string> SubscribeAsync(
        IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> metadata,
        Func<ConfigurationUpdate, CancellationToken, Task> updated, CancellationToken cancellationToken);

    /// <summary>Cancelled when the component is closed: its subscriptions have ended.</summary>
    CancellationToken Closed { get; }

    /// <exception cref="ConfigurationException">There is no such subscription.</exception>
    Task UnsubscribeAsync(string subscriptionId);
}
