using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpMesh.Audit.Tests;

/// <summary>A started host with the publisher in it.</summary>
internal sealed class RunningPublisher(IHost host) : IAsyncDisposable
{
    internal IAuditPublisher Publisher { get; } = host.Services.GetRequiredService<IAuditPublisher>();

    internal Task StopAsync() => host.StopAsync();

    public ValueTask DisposeAsync()
    {
        host.Dispose();
        return ValueTask.CompletedTask;
    }
}
