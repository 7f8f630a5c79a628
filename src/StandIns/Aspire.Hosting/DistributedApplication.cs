using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application of several processes, and its host.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly EntryPointInterception? _interception;
    private int _disposed;

    /// <summary>Wraps a host.</summary>
    public DistributedApplication(IHost host) : this(host, null)
    {
    }

    internal DistributedApplication(IHost host, EntryPointInterception? interception)
    {
        _host = host;
        _interception = interception;
    }

    /// <summary>Services of the host.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>States of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Commands on resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    internal bool IsStarted { get; private set; }

    /// <summary>Creates a builder.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>Creates a builder.</summary>
    /// <param name="args">Command line; becomes configuration.</param>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Creates a builder.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DistributedApplicationBuilder(options);
    }

    /// <summary>Runs the application until it is asked to stop.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs the application until it is asked to stop.</summary>
    public virtual Task RunAsync(CancellationToken cancellationToken = default) =>
        // Inside a test the test starts and stops; the entry point only waits.
        _interception?.WaitForReleaseAsync(cancellationToken) ?? HostingAbstractionsHostExtensions.RunAsync(this, cancellationToken);

    /// <summary>Starts the application. Resources come up in the background.</summary>
    /// <exception cref="DistributedApplicationException">A fixed port is in use, or the model is wrong.</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        IsStarted = true;
        await _host.StartAsync(cancellationToken);
    }

    /// <summary>Stops every process.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _host.StopAsync(cancellationToken);
        _interception?.Release();
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            if (IsStarted) await _host.StopAsync();
            if (_host is IAsyncDisposable host) await host.DisposeAsync();
            else _host.Dispose();
            _interception?.Release();
        }

        // The test that disposes also waits for the entry point's own end; the entry point must not wait for itself.
        if (_interception is not null && EntryPointInterception.Current != _interception) await _interception.Ended;
        GC.SuppressFinalize(this);
    }
}
