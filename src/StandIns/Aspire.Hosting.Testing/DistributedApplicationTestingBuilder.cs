using System.Reflection;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Testing;

/// <summary>Runs application hosts inside tests: on random ports, under the test's control.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of an application host up to its <c>Build</c>.</summary>
    /// <typeparam name="TEntryPoint">Any type of the application host's assembly.</typeparam>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the entry point of an application host up to its <c>Build</c>.</summary>
    /// <typeparam name="TEntryPoint">Any type of the application host's assembly.</typeparam>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    /// <summary>Runs the entry point of an application host up to its <c>Build</c>.</summary>
    /// <param name="entryPoint">Any type of the application host's assembly.</param>
    /// <param name="args">Command line.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        ArgumentNullException.ThrowIfNull(args);
        var interception = EntryPointInterception.Run(entryPoint.Assembly, args, options => Configure(options, entryPoint.Assembly));
        return new InterceptedBuilder(await interception.WaitForBuilderAsync(cancellationToken), interception);
    }

    private static void Configure(DistributedApplicationOptions options, Assembly assembly)
    {
        options.AssemblyName = assembly.GetName().Name;
        options.DisableDashboard = true;
        options.Args = [.. options.Args ?? [], "--DcpPublisher:RandomizePorts=true"];
    }
}
