using Aspire.Hosting.Execution;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Starts, stops and restarts resources.</summary>
public class ResourceCommandService
{
    private readonly ApplicationOrchestrator _orchestrator;

    internal ResourceCommandService(ApplicationOrchestrator orchestrator) => _orchestrator = orchestrator;

    /// <summary>Runs a command on one replica.</summary>
    /// <param name="resourceId">Identity of the replica.</param>
    /// <param name="commandName">One of <see cref="KnownResourceCommands"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the command.</param>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var replicas = _orchestrator.Replicas
            .Where(replica => string.Equals(replica.Id, resourceId, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (replicas.Length == 0) return new() { Success = false, Message = $"Resource '{resourceId}' not found." };
        return await ExecuteAsync(replicas, commandName, cancellationToken);
    }

    /// <summary>Runs a command on all replicas of a resource.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteAsync([.. _orchestrator.Replicas.Where(replica => replica.Resource == resource)], commandName, cancellationToken);

    private static async Task<ExecuteCommandResult> ExecuteAsync(
        ReplicaRunner[] replicas, string commandName, CancellationToken cancellationToken)
    {
        var stop = commandName == KnownResourceCommands.StopCommand || commandName == KnownResourceCommands.RestartCommand;
        var start = commandName == KnownResourceCommands.StartCommand || commandName == KnownResourceCommands.RestartCommand;
        if (!stop && !start) return new() { Success = false, Message = $"Command '{commandName}' is not available." };

        if (stop) await Task.WhenAll(replicas.Select(replica => replica.StopAsync(cancellationToken)));
        if (start) await Task.WhenAll(replicas.Select(replica => replica.StartAsync(cancellationToken)));
        return new() { Success = true };
    }
}
