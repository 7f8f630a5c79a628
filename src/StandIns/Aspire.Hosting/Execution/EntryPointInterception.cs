using System.Reflection;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Runs the entry point of an application host inside a test: its builder is held at <c>Build</c> so that the test can change the model,
/// and its
/// <c>Run</c> waits while the test starts and stops the application.
/// </summary>
internal sealed class EntryPointInterception
{
    // Flows with the entry point's own calls only, so that several application hosts run side by side in one test process.
    private static readonly AsyncLocal<EntryPointInterception?> Ambient = new();

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _building = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EntryPointInterception(Action<DistributedApplicationOptions> configure) => Configure = configure;

    public static EntryPointInterception? Current => Ambient.Value;

    public Action<DistributedApplicationOptions> Configure { get; }

    /// <summary>Completes when the entry point has returned.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public static EntryPointInterception Run(Assembly assembly, string[] args, Action<DistributedApplicationOptions> configure)
    {
        var main = assembly.EntryPoint
            ?? throw new ArgumentException($"Assembly '{assembly.GetName().Name}' has no entry point.", nameof(assembly));
        var interception = new EntryPointInterception(configure);
        // A thread of its own: Build blocks it.
        interception.Ended = Task.Factory.StartNew(
            () => interception.Invoke(main, args), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return interception;
    }

    public Task<DistributedApplicationBuilder> WaitForBuilderAsync(CancellationToken cancellationToken) =>
        _building.Task.WaitAsync(cancellationToken);

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _resumed.TrySetResult();
        return _built.Task.WaitAsync(cancellationToken);
    }

    public void HoldBuild(DistributedApplicationBuilder builder)
    {
        _building.TrySetResult(builder);
        _resumed.Task.GetAwaiter().GetResult();
    }

    public void Built(DistributedApplication application) => _built.TrySetResult(application);

    public Task WaitForReleaseAsync(CancellationToken cancellationToken) => _released.Task.WaitAsync(cancellationToken);

    public void Release() => _released.TrySetResult();

    /// <summary>Ends an entry point that was never asked to build.</summary>
    public void Abandon() => _resumed.TrySetException(new OperationCanceledException("The test has given the application up."));

    private void Invoke(MethodInfo main, string[] args)
    {
        Ambient.Value = this;
        try
        {
            _ = main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? null : [args], null);
            Fail(new InvalidOperationException("The entry point ended without building an application."));
        }
        catch (Exception failure)
        {
            // Whatever the entry point throws belongs to the test that runs it.
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _building.TrySetException(failure);
        _built.TrySetException(failure);
    }
}
