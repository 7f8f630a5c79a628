using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Dapr.Workflow.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Workflow.Worker;

/// <summary>Registrations by name. What a class needs is looked up once, so that a turn costs no reflection.</summary>
internal sealed class WorkflowsFactory : IWorkflowsFactory
{
    private readonly ConcurrentDictionary<string, Func<IServiceProvider, IWorkflow>> _workflows = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Func<IServiceProvider, IWorkflowActivity>> _activities =
        new(StringComparer.OrdinalIgnoreCase);

    public void RegisterWorkflow<TWorkflow>(string? name = null) where TWorkflow : class, IWorkflow
    {
        var create = ActivatorUtilities.CreateFactory<TWorkflow>([]);
        Register(_workflows, name ?? typeof(TWorkflow).Name, services => create(services, null));
    }

    public void RegisterWorkflow<TInput, TOutput>(string name, Func<WorkflowContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        var workflow = new FunctionWorkflow<TInput, TOutput>(implementation);
        Register(_workflows, name, _ => workflow);
    }

    public void RegisterActivity<TActivity>(string? name = null) where TActivity : class, IWorkflowActivity
    {
        var create = ActivatorUtilities.CreateFactory<TActivity>([]);
        Register(_activities, name ?? typeof(TActivity).Name, services => create(services, null));
    }

    public void RegisterActivity<TInput, TOutput>(string name, Func<WorkflowActivityContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        var activity = new FunctionActivity<TInput, TOutput>(implementation);
        Register(_activities, name, _ => activity);
    }

    public bool TryCreateWorkflow(
        TaskIdentifier identifier, IServiceProvider serviceProvider,
        [NotNullWhen(true)] out IWorkflow? workflow, out Exception? activationException) =>
        TryCreate(_workflows, identifier, serviceProvider, out workflow, out activationException);

    public bool TryCreateActivity(
        TaskIdentifier identifier, IServiceProvider serviceProvider,
        [NotNullWhen(true)] out IWorkflowActivity? activity, out Exception? activationException) =>
        TryCreate(_activities, identifier, serviceProvider, out activity, out activationException);

    private static void Register<T>(
        ConcurrentDictionary<string, Func<IServiceProvider, T>> registrations, string name, Func<IServiceProvider, T> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        registrations.TryAdd(name, create);
    }

    private static bool TryCreate<T>(
        ConcurrentDictionary<string, Func<IServiceProvider, T>> registrations, TaskIdentifier identifier, IServiceProvider services,
        [NotNullWhen(true)] out T? created, out Exception? failure)
        where T : class
    {
        (created, failure) = (null, null);
        if (!registrations.TryGetValue(identifier.Name, out var create)) return false;
        try
        {
            created = create(services);
            return true;
        }
        // Whatever the constructor throws is the failure of this one item.
        catch (Exception error)
        {
            failure = error;
            return false;
        }
    }
}
