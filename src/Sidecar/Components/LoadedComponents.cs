using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.State;

namespace McpMesh.Sidecar.Components;

/// <summary>The components of this app, opened and ready. An unknown type stops the start.</summary>
internal sealed class LoadedComponents(ILoggerFactory loggers) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public Dictionary<string, NamedStateStore> StateStores { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, NamedPubSub> PubSubs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ISecretStore> SecretStores { get; } = new(StringComparer.Ordinal);

    /// <summary>Where workflows are kept: the state store with <c>actorStateStore: "true"</c>; null when none has it.</summary>
    public IStateStore? ActorStore { get; private set; }

    /// <summary>For the metadata API, in load order.</summary>
    public List<ComponentDescription> Descriptions { get; } = [];

    /// <exception cref="StartupException">A component cannot be loaded.</exception>
    public static LoadedComponents Load(
        IEnumerable<ComponentDeclaration> declarations, SidecarOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        var loaded = new LoadedComponents(loggers);
        var resolver = new ComponentResolver(options.AppId, options.Namespace, loaded.SecretStores);
        try
        {
            // Secret stores first: the others may take metadata from them.
            foreach (var declaration in declarations.Where(d => d.IsFor(options.AppId)).OrderBy(d => d.IsSecretStore ? 0 : 1))
                loaded.Add(resolver.Resolve(declaration), options, clock);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    private void Add(Component component, SidecarOptions options, TimeProvider clock)
    {
        try
        {
            Descriptions.Add(new ComponentDescription(component.Name, component.Type, component.Version, Open(component, options, clock)));
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException or Storage.StorageException)
        {
            throw component.Invalid(error.Message);
        }
    }

    private string[] Open(Component component, SidecarOptions options, TimeProvider clock)
    {
        switch (component.Type)
        {
            case "state.sqlite":
                AddState(component, options, SqliteStateStore.Open(component, clock));
                return ["ETAG", "TRANSACTIONAL", "TTL", "ACTOR"];
            case "state.in-memory":
                AddState(component, options, new InMemoryStateStore(clock));
                return ["ETAG", "TRANSACTIONAL", "TTL", "ACTOR"];
            case "pubsub.sqlite":
                AddPubSub(component, options, SqliteBroker.Open(component, options.InstanceId, clock, loggers.CreateLogger("pubsub")));
                return ["MESSAGE_TTL"];
            case "pubsub.in-memory":
                AddPubSub(component, options, InMemoryBroker.Open(component, clock));
                return ["SUBSCRIBE_WILDCARDS"];
            case "secretstores.local.file":
                SecretStores.Add(component.Name, LocalFileSecretStore.Open(component));
                return [];
            case "secretstores.local.env":
                SecretStores.Add(component.Name, new EnvironmentSecretStore(component.Find("prefix") ?? ""));
                return [];
            default:
                throw new StartupException(
                    $"{component.Source}: component {component.Name} has the unknown type '{component.Type}'; this sidecar knows " +
                        "state.sqlite, "
                    + "state.in-memory, pubsub.sqlite, pubsub.in-memory, secretstores.local.file and secretstores.local.env (others need daprd)");
        }
    }

    private void AddPubSub(Component component, SidecarOptions options, IMessageBroker broker)
    {
        if (broker is IDisposable owned) _owned.Add(owned);
        PubSubs.Add(component.Name, new NamedPubSub(component.Name, broker, TopicScopes.Read(component, options.AppId)));
    }

    private void AddState(Component component, SidecarOptions options, IStateStore store)
    {
        if (store is IDisposable owned) _owned.Add(owned);
        if (string.Equals(component.Find("actorStateStore"), "true", StringComparison.OrdinalIgnoreCase))
        {
            if (ActorStore is not null)
                throw component.Invalid("metadata 'actorStateStore' is true in another state store too; only one can keep actors and workflows");
            ActorStore = store;
        }

        StateStores.Add(component.Name, new NamedStateStore(component.Name, store, KeyPrefix.Read(component, options)));
    }
}
