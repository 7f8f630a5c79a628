using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace McpMesh.ServiceDefaults;

/// <summary>A service's life as a process.</summary>
public static class ServiceRun
{
    /// <summary>
    /// Runs until the process is told to end. A port in use or a wrong setting is one line on standard error, not a stack trace.
    /// </summary>
    /// <returns>The exit code: 0 when it ended as told, 1 when a port is in use, 2 when a setting is wrong.</returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            await app.RunAsync().ConfigureAwait(false);
            return 0;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OptionsValidationException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return 2;
        }
    }
}
