using System.Collections.Concurrent;
using McpMesh.Sidecar.ConfigurationStores;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.State;

namespace McpMesh.Sidecar.Components;

/// <summary>The components of this app, opened and ready. The tables change while the sidecar runs.</summary>
internal sealed partial class LoadedComponents : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ComponentFactory _factory;
    private readonly ComponentResolver _resolver;
    private readonly ConcurrentDictionary<string, OpenComponent> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamedStateStore> _stateStores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamedPubSub> _pubSubs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ISecretStore> _secretStores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamedConfigurationStore> _configurationStores = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<ComponentDescription> _descriptions = [];

    private LoadedComponents(SidecarOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        _clock = clock;
        _logger = loggers.CreateLogger("components");
        _factory = new ComponentFactory(options, clock, loggers);
        _resolver = new ComponentResolver(options.AppId, options.Namespace, _secretStores);
    }

    public IReadOnlyDictionary<string, NamedStateStore> StateStores => _stateStores;

    public IReadOnlyDictionary<string, NamedPubSub> PubSubs => _pubSubs;

    public IReadOnlyDictionary<string, ISecretStore> SecretStores => _secretStores;

    public IReadOnlyDictionary<string, NamedConfigurationStore> ConfigurationStores => _configurationStores;

    /// <summary>Where workflows are kept: the state store with <c>actorStateStore: "true"</c>; null when none has it.</summary>
    public IStateStore? ActorStore { get; private set; }

    /// <summary>Whoever looks a component up enters here first, so that it is not closed under its hands.</summary>
    public ComponentUses Uses { get; } = new();

    /// <summary>For the metadata API, in load order.</summary>
    public IReadOnlyList<ComponentDescription> Descriptions => _descriptions;

    /// <summary>Looks up what a resource refers to.</summary>
    public ComponentResolver Resolver => _resolver;

    /// <exception cref="StartupException">A component cannot be opened and does not ignore its errors, or its type is unknown.</exception>
    public static async Task<LoadedComponents> LoadAsync(
        IEnumerable<ComponentDeclaration> declarations, SidecarOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        var loaded = new LoadedComponents(options, clock, loggers);
        try
        {
            // Secret stores first: the others may take metadata from them.
            foreach (var declaration in declarations.Where(d => d.IsFor(options.AppId)).OrderBy(d => d.IsSecretStore ? 0 : 1))
                await loaded.AddAsync(declaration);
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
        foreach (var open in _open.Values) open.Owned?.Dispose();
    }

    private async Task AddAsync(ComponentDeclaration declaration)
    {
        try
        {
            var open = await OpenAsync(declaration);
            if (ActorStore is not null && open.Instance is NamedStateStore { KeepsActors: true })
            {
                open.Owned?.Dispose();
                throw new StartupException(
                    $"{declaration.Source}: component {declaration.Name} ({declaration.Type}): metadata 'actorStateStore' is true in another "
                        + "state store too; only one can keep actors and workflows");
            }

            Publish(open);
        }
        catch (StartupException error) when (declaration.IgnoreErrors)
        {
            LeftOut(_logger, error.Message);
        }
    }

    private async Task<OpenComponent> OpenAsync(ComponentDeclaration declaration)
    {
        var component = _resolver.Resolve(declaration);
        var opening = Task.Run(() => _factory.Open(declaration, component));
        try
        {
            return await opening.WaitAsync(declaration.InitTimeout, _clock);
        }
        catch (TimeoutException)
        {
            // Whenever it does open, nobody wants it any more.
            _ = opening.ContinueWith(
                static late =>
                {
                    if (late.IsCompletedSuccessfully) late.Result.Owned?.Dispose();
                    else _ = late.Exception;
                },
                TaskScheduler.Default);
            throw component.Invalid($"init timeout exceeded after {declaration.InitTimeout.TotalSeconds:0.###}s");
        }
    }

    private void Publish(OpenComponent open)
    {
        var name = open.Declaration.Name;
        if (open.Instance is NamedStateStore { KeepsActors: true } keeper) ActorStore = keeper.Store;
        _open[name] = open;
        switch (open.Instance)
        {
            case NamedStateStore store:
                _stateStores[name] = store;
                break;
            case NamedPubSub pubSub:
                _pubSubs[name] = pubSub;
                break;
            case ISecretStore secrets:
                _secretStores[name] = secrets;
                break;
            case NamedConfigurationStore configuration:
                _configurationStores[name] = configuration;
                break;
        }

        _descriptions = [.. _descriptions.Where(one => one.Name != name), open.Description];
        Loaded(_logger, name, open.Description.Type, open.Description.Version);
    }

    [LoggerMessage(70, LogLevel.Information, "Component loaded: {Name} ({Type}/{Version})")]
    private static partial void Loaded(ILogger logger, string name, string type, string version);

    [LoggerMessage(71, LogLevel.Error, "the component is left out, it ignores errors: {Problem}")]
    private static partial void LeftOut(ILogger logger, string problem);
}
