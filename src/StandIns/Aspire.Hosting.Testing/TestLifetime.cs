using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Leaves the signals of the process to the test runner.</summary>
internal sealed class TestLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
