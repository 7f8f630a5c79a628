using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly AppHost _appHost;
    private readonly EntryPointInterception? _interception = EntryPointInterception.Current;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _interception?.Configure(options);
        var assembly = options.AssemblyName is { } name ? Assembly.Load(new AssemblyName(name)) : Assembly.GetEntryAssembly();
        _appHost = AppHost.Of(assembly, options.ProjectDirectory);

        var configuration = new ConfigurationManager();
        // Nothing here reacts to a changed appsettings.json, and watchers are scarce where many hosts run.
        configuration.AddInMemoryCollection([new("hostBuilder:reloadConfigOnChange", "false")]);
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ApplicationName = assembly?.GetName().Name,
            ContentRootPath = _appHost.Directory,
            Configuration = configuration,
        });
        _host.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning);
        AddServices();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory => _appHost.Directory;

    public Assembly? AppHostAssembly => _appHost.Assembly;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource =>
        new DistributedApplicationResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _interception?.HoldBuild(this);
        var application = new DistributedApplication(_host.Build(), _interception);
        _interception?.Built(application);
        return application;
    }

    private void AddServices()
    {
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(_appHost);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceNotificationService>();
        Services.TryAddSingleton<IResourceLog, ConsoleResourceLog>();
        Services.AddSingleton<ApplicationOrchestrator>();
        Services.AddSingleton(provider => new ResourceCommandService(provider.GetRequiredService<ApplicationOrchestrator>()));
        Services.AddHostedService(provider => provider.GetRequiredService<ApplicationOrchestrator>());
        // Two waves of stopping, each with its grace period, and then some.
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
    }
}
