using System.Collections.Concurrent;
using McpMesh.Sidecar.ConfigurationStores;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Components;

/// <summary>The components of this app, opened and ready. The tables change while the sidecar runs.</summary>
internal sealed partial class LoadedComponents : IDisposable
{
    private readonly SidecarOptions _options;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ComponentFactory _factory;
    private readonly ComponentResolver _resolver;
    private readonly ComponentRetirement _retirement;
    private readonly ConcurrentDictionary<string, OpenComponent> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamedStateStore> _stateStores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamedPubSub> _pubSubs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ISecretStore> _secretStores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamedConfigurationStore> _configurationStores = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<ComponentDescription> _descriptions = [];

    private LoadedComponents(SidecarOptions options, SidecarMetrics metrics, TimeProvider clock, ILoggerFactory loggers)
    {
        _options = options;
        _metrics = metrics;
        _retirement = new ComponentRetirement(Uses);
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
        IEnumerable<ComponentDeclaration> declarations, SidecarOptions options, SidecarMetrics metrics, TimeProvider clock,
        ILoggerFactory loggers)
    {
        var loaded = new LoadedComponents(options, metrics, clock, loggers);
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

    /// <summary>Ends the deliveries of a pub/sub component that is about to leave.</summary>
    public Func<string, Task>? PubSubLeaves { get; set; }

    /// <summary>A pub/sub component is there, for the first time or again.</summary>
    public Func<string, Task>? PubSubArrived { get; set; }

    /// <summary>Opens what is new or changed and closes what is gone. A component that cannot be opened stays what it was.</summary>
    /// <returns>What could not be done, one line each.</returns>
    public async Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<ComponentDeclaration> declarations)
    {
        var problems = new List<string>();
        var wanted = declarations.Where(declaration => declaration.IsFor(_options.AppId)).OrderBy(d => d.IsSecretStore ? 0 : 1).ToArray();
        foreach (var open in _open.Values.Where(open => !Array.Exists(wanted, one => one.Name == open.Declaration.Name)).ToArray())
            await RemoveAsync(open, problems);
        foreach (var declaration in wanted)
        {
            if (_open.TryGetValue(declaration.Name, out var open) && open.Declaration.Content == declaration.Content) continue;
            await ReplaceAsync(open, declaration, problems);
        }

        return problems;
    }

    public void Dispose()
    {
        foreach (var open in _open.Values) open.Owned?.Dispose();
        _retirement.Dispose();
    }

    private async Task AddAsync(ComponentDeclaration declaration)
    {
        try
        {
            var open = await OpenAsync(declaration);
            if (ActorStore is not null && KeepsActors(open))
            {
                open.Owned?.Dispose();
                throw new StartupException(
                    $"{declaration.Source}: component {declaration.Name} ({declaration.Type}): metadata 'actorStateStore' is true in "
                        + "another state store too; only one can keep actors and workflows");
            }

            if (KeepsActors(open)) ActorStore = ((NamedStateStore)open.Instance).Store;
            Publish(open);
        }
        catch (StartupException error) when (declaration.IgnoreErrors)
        {
            _metrics.ComponentFailed(declaration.Type, declaration.Name);
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

    private async Task RemoveAsync(OpenComponent open, List<string> problems)
    {
        if (KeepsActors(open))
        {
            problems.Add($"component {open.Declaration.Name} keeps actors and workflows: it leaves with a restart");
            return;
        }

        await LeaveAsync(open);
        Unpublish(open);
        _retirement.Add(open);
        Removed(_logger, open.Declaration.Name, open.Description.Type);
    }

    private async Task ReplaceAsync(OpenComponent? before, ComponentDeclaration declaration, List<string> problems)
    {
        if (before is not null && KeepsActors(before))
        {
            problems.Add($"{declaration.Source}: component {declaration.Name} keeps actors and workflows: it changes with a restart");
            return;
        }

        OpenComponent open;
        try
        {
            open = await OpenAsync(declaration);
        }
        catch (StartupException error)
        {
            _metrics.ComponentFailed(declaration.Type, declaration.Name);
            problems.Add(error.Message);
            return;
        }

        if (KeepsActors(open))
            problems.Add($"{declaration.Source}: component {declaration.Name}: actorStateStore takes effect with a restart");
        if (before is not null) await LeaveAsync(before);
        if (before is not null && before.Instance.GetType() != open.Instance.GetType()) Unpublish(before);
        Publish(open);
        if (before is not null) _retirement.Add(before);
        if (open.Instance is NamedPubSub && PubSubArrived is { } arrived) await arrived(declaration.Name);
    }

    private async Task LeaveAsync(OpenComponent open)
    {
        if (open.Instance is not NamedPubSub pubSub) return;
        if (PubSubLeaves is { } leaves) await leaves(open.Declaration.Name);
        try
        {
            await pubSub.Broker.ReleaseAsync();
        }
        catch (StorageException)
        {
            // What it holds is free when its lease ends.
        }
    }

    private static bool KeepsActors(OpenComponent open) => open.Instance is NamedStateStore { KeepsActors: true };

    private void Unpublish(OpenComponent open)
    {
        var name = open.Declaration.Name;
        _stateStores.TryRemove(name, out _);
        _pubSubs.TryRemove(name, out _);
        _secretStores.TryRemove(name, out _);
        _configurationStores.TryRemove(name, out _);
        _open.TryRemove(name, out _);
        _descriptions = [.. _descriptions.Where(one => one.Name != name)];
    }

    private void Publish(OpenComponent open)
    {
        var name = open.Declaration.Name;
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
        _metrics.ComponentLoaded(open.Description.Type);
        Loaded(_logger, name, open.Description.Type, open.Description.Version);
    }

    [LoggerMessage(70, LogLevel.Information, "Component loaded: {Name} ({Type}/{Version})")]
    private static partial void Loaded(ILogger logger, string name, string type, string version);

    [LoggerMessage(72, LogLevel.Information, "Component removed: {Name} ({Type})")]
    private static partial void Removed(ILogger logger, string name, string type);

    [LoggerMessage(71, LogLevel.Error, "the component is left out, it ignores errors: {Problem}")]
    private static partial void LeftOut(ILogger logger, string problem);
}
