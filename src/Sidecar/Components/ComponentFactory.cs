using System.Runtime.CompilerServices;
using McpMesh.Sidecar.ConfigurationStores;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Components;

/// <summary>Opens components of the types that this sidecar knows.</summary>
internal sealed class ComponentFactory(SidecarOptions options, TimeProvider clock, ILoggerFactory loggers)
{
    /// <exception cref="StartupException">The type is unknown, or the component cannot be opened.</exception>
    public OpenComponent Open(ComponentDeclaration declaration, Component component)
    {
        try
        {
            var (instance, owned, capabilities) = Open(component);
            var description = new ComponentDescription(component.Name, component.Type, component.Version, capabilities);
            return new OpenComponent(declaration, description, instance, owned);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException or StorageException)
        {
            throw component.Invalid(error.Message);
        }
    }

    private (object Instance, IDisposable? Owned, string[] Capabilities) Open(Component component)
    {
        switch (component.Type)
        {
            case "state.sqlite":
                return State(component, SqliteStateStore.Open(component, clock));
            case "state.in-memory":
                return State(component, new InMemoryStateStore(clock));
            case "pubsub.sqlite":
                var broker = SqliteBroker.Open(component, options.InstanceId, clock, loggers.CreateLogger("pubsub"));
                return PubSub(component, broker, "MESSAGE_TTL");
            case "pubsub.in-memory":
                return PubSub(component, InMemoryBroker.Open(component, clock), "SUBSCRIBE_WILDCARDS");
            case "configuration.postgresql" or "configuration.postgres":
                return Postgres(component);
            case "secretstores.local.file":
                return (LocalFileSecretStore.Open(component), null, []);
            case "secretstores.local.env":
                return (new EnvironmentSecretStore(component.Find("prefix") ?? ""), null, []);
            default:
                throw new StartupException(
                    $"{component.Source}: component {component.Name} has the unknown type '{component.Type}'; this sidecar knows "
                    + "state.sqlite, state.in-memory, pubsub.sqlite, pubsub.in-memory, configuration.postgresql, "
                    + "secretstores.local.file and secretstores.local.env (others need daprd)");
        }
    }

    private (object Instance, IDisposable? Owned, string[] Capabilities) PubSub(
        Component component, IMessageBroker broker, string capability) => (
        new NamedPubSub(component.Name, broker, TopicScopes.Read(component, options.AppId)), broker as IDisposable, [capability]);

    // In a method of its own: a sidecar without such a component never loads the driver.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (object Instance, IDisposable? Owned, string[] Capabilities) Postgres(Component component)
    {
        var store = PostgresConfigurationStore.Open(component, clock, loggers.CreateLogger("configuration"));
        return (new NamedConfigurationStore(component.Name, store), store, []);
    }

    private (object Instance, IDisposable? Owned, string[] Capabilities) State(Component component, IStateStore store) => (
        new NamedStateStore(component.Name, store, KeyPrefix.Read(OutboxMetadata.Refused(component), options))
        {
            KeepsActors = string.Equals(component.Find("actorStateStore"), "true", StringComparison.OrdinalIgnoreCase),
        },
        store as IDisposable,
        ["ETAG", "TRANSACTIONAL", "TTL", "ACTOR"]);
}
